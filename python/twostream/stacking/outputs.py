"""The files that a fusion writes: the image, maps and the record."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Union

import numpy as np

from ..errors import BadInput
from ..fusion.frames import Frames
from ..io import images
from ..io.atomic import check_place, identity
from ..methods.interface import Method
from .depth_files import write_depth
from .flow_file import flow_path
from .parts import aligned_paths, check_parts, slab_paths, slabs, write_aligned
from .record import focus_map_path, focus_map_type, write_focus_map
from .result import StackResult
from .sources import written_suffix
from .step_files import check_steps, write_steps

LOSSLESS = (".png", ".tif", ".tiff")
ENDINGS = {"report": (".html", ".htm"), "mesh": (".ply", ".obj"), "stereo": (".gif",)}
"""Output -> endings of its name."""


@dataclass(frozen=True)
class Outputs:
    """Paths of the files.

    Attributes
    ----------
    image : Path
        The fused image.
    focus_map, depth_map, depth_preview, confidence_map, record : Path, optional
    report : Path, optional
        Checked here; `report.html.fusion_report` writes it.
    z_step : float, optional
        Meters from the focus of one frame to that of the next.
    mesh, stereo : Path, optional
        The depth map as a mesh (PLY or OBJ), and a rocking view (GIF).
    near : str, optional
        ``first`` or ``last``: the frame that is focused nearest. The default is by the focus
        distances in EXIF; without them, mesh and rocking view take the first.
    depth_bits : int, optional
        16 or 32 bits of the depth map; by default 16 for .png and 32 for .tif.
    aligned : Path, optional
        Folder of the registered frames.
    slabs : int, optional
        Number of frames of each slab; see `parts.slab_paths` for the files.
    overlap : int
        Number of frames that a slab shares with the next one.
    save_steps : Path, optional
        New or empty folder of the intermediate pictures.
    """

    image: Path
    focus_map: Optional[Path] = None
    depth_map: Optional[Path] = None
    depth_preview: Optional[Path] = None
    confidence_map: Optional[Path] = None
    record: Optional[Path] = None
    report: Optional[Path] = None
    z_step: Optional[float] = None
    aligned: Optional[Path] = None
    slabs: Optional[int] = None
    overlap: int = 0
    mesh: Optional[Path] = None
    stereo: Optional[Path] = None
    near: Optional[str] = None
    depth_bits: Optional[int] = None
    save_steps: Optional[Path] = None

    @property
    def maps(self) -> tuple[str, ...]:
        """The maps of `options.MAPS` that are written."""
        shows_depth = self.depth_map or self.depth_preview or self.mesh or self.stereo
        return ("depth",) * bool(shows_depth) + ("confidence",) * bool(self.confidence_map)

    @property
    def depth_bits_of_map(self) -> int:
        """Bits of the depth map: as given, or by default for its format."""
        is_png = bool(self.depth_map and self.depth_map.suffix.lower() == ".png")
        return self.depth_bits or (16 if is_png else 32)

    def focus_maps(self, chosen: Method, retouches: bool) -> list[Path]:
        """Return the paths of focus maps: the given one, and that of a record that needs its own.

        A record holds the decision before it was retouched.
        """
        found = [self.focus_map] if self.focus_map else []
        if self.record and chosen.chooses and (retouches or not found):
            found.append(focus_map_path(self.record))
        return found

    def check(
        self, frames: Frames, chosen: Method, read: Iterable[Path] = (), retouches: bool = False
    ) -> None:
        """Raise BadInput, before a long computation, unless all outputs can be made and written.

        `read` are files that must not be overwritten, apart from those of the frames.
        """
        sample = images.reduced_for(self.image, np.empty(1, frames.dtype))
        images.check_writable(self.image, sample.dtype)
        for name in ("focus_map", "depth_map", "depth_preview", "mesh", "stereo", "save_steps"):
            if getattr(self, name) and not chosen.chooses:
                raise BadInput(
                    f"--{name.replace('_', '-')} needs a method that chooses pixels, such as "
                    f"select; {chosen.name} mixes them."
                )
        if self.z_step and not (self.depth_map and self.depth_bits_of_map == 32):
            raise BadInput("--z-step needs a --depth-map that ends in .tif, which holds meters.")
        if self.depth_bits and not self.depth_map:
            raise BadInput("--depth-bits needs a --depth-map.")
        if self.near and not (self.depth_preview or self.mesh or self.stereo):
            raise BadInput("--near needs --depth-preview, --mesh or --stereo.")
        focus_maps = self.focus_maps(chosen, retouches)
        self._check_places(focus_maps, len(frames))
        flow = flow_path(self.record) if self.record else None
        others = [self.depth_map, self.depth_preview, self.confidence_map, self.mesh, self.stereo]
        others += [self.record, self.report]
        sources = [getattr(frames.source(n), "path", None) for n in range(len(frames))]
        parts = [*self._slab_paths(len(frames))]
        parts += aligned_paths(self.aligned, frames) if self.aligned else []
        written = [self.image, *focus_maps, flow, *others, *parts]
        check_apart([*written, self.save_steps], [*sources, *read])
        if self.save_steps:
            check_steps(self.save_steps, filter(None, written))
        check_parts(parts, frames)

    def _slab_paths(self, count: int) -> list[Path]:
        if self.overlap and not self.slabs:
            raise BadInput("--overlap needs --slabs, the number of frames in each slab.")
        if self.slabs is None:
            return []
        if not 0 <= self.overlap < self.slabs or self.slabs < 2:
            raise BadInput(
                f"A slab has two frames or more, and an overlap has fewer, not {self.slabs} and "
                f"{self.overlap}."
            )
        return slab_paths(self.image, len(slabs(count, self.slabs, self.overlap)))

    def _check_places(self, focus_maps: list[Path], count: int) -> None:
        maps = (
            *((path, focus_map_type(count)) for path in focus_maps),
            (self.depth_map, np.uint16 if self.depth_bits_of_map == 16 else np.float32),
            (self.confidence_map, np.uint8),
        )
        for path, dtype in maps:
            if path and path.suffix.lower() not in LOSSLESS:
                raise BadInput(
                    f"Cannot write {path}: a map must end in one of {' '.join(LOSSLESS)}."
                )
            if path:
                images.check_writable(path, dtype)
        if self.depth_preview:
            images.check_writable(self.depth_preview, np.uint8)
        for name, endings in ENDINGS.items():
            path = getattr(self, name)
            if path and path.suffix.lower() not in endings:
                raise BadInput(f"The {name} {path} must end in {' or '.join(endings)}.")
        for path in filter(None, (self.record, *map(self.__getattribute__, ENDINGS))):
            check_place(path)

    def write(self, result: StackResult) -> None:
        """Write all but the report, each file atomically."""
        result.save(self.image)
        if self.record:
            result.record.save(self.record, None if result.strokes else self.focus_map)
        if self.focus_map and result.focus_map is not None:
            write_focus_map(self.focus_map, result.focus_map, len(result.frames))
        if "depth" in self.maps:
            write_depth(self, result)
        if self.confidence_map:
            images.write(self.confidence_map, result.confidence)
        if self.aligned:
            write_aligned(self.aligned, result)
        if self.save_steps:
            write_steps(self.save_steps, result)


def check_apart(written: Iterable[Optional[Path]], read: Iterable[Optional[Path]]) -> None:
    """Raise BadInput if an output is also an input, or two outputs are the same file.

    Links count as their targets.
    """
    known = {identity(path): path for path in read if path}
    outputs = set()
    for path in filter(None, written):
        found = identity(path)
        if found in known:
            raise BadInput(
                f"The output {path} would overwrite the input {known[found]}. Choose another name."
            )
        if found in outputs:
            raise BadInput(f"Two outputs have the same path, {path}. Rename one of them.")
        outputs.add(found)


def fused_name(first: Union[str, Path], suffix: str = "") -> str:
    """Name of a result after its first frame; TIFF for formats that cannot be written."""
    return f"{Path(first).stem}_fused{suffix or written_suffix(first)}"
