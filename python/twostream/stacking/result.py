"""The result of a fusion: the image, maps, and how they were made."""

import hashlib
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np

from ..alignment.alignment import Alignment
from ..alignment.registered import RegisteredFrames
from ..caffe_files.caffemodel import MOST_BYTES
from ..depth.agreement import Agreement
from ..depth.focus_sweep import FocusSweep
from ..depth.gaps import find_gaps
from ..fusion.steps import Steps
from ..io import images
from ..io.digest import sha256_of
from ..io.frame_files import FrameFile
from ..io.metadata import Metadata
from ..io.pixels import with_axis, without_alpha
from ..io.regular import check_regular
from ..methods import Method
from ..nets.pretrained import files_of
from ..version import __version__
from .corrections import recorded_corrections
from .options import StackOptions
from .record import Record, RecordedFrame
from .retouching import Stroke, taken
from .sources import mark

LEAST_MISFIT = 0.001
"""Share of the image that does not fit in some frames, from which on it is reported."""
RECORDED = ("weights", "prototxt", "tile")
"""Options of a method that a record holds."""


@dataclass(eq=False, repr=False)
class StackResult:
    """A fused stack.

    Attributes
    ----------
    image : numpy.ndarray
        H x W or H x W x 3, of the frames' type; H x W x 2 or H x W x 4 if a frame has alpha.
    focus_map : numpy.ndarray or None
        H x W, uint16: the frame, from 0, that each pixel is copied from; None if the method
        does not choose.
    frames : RegisteredFrames
        The frames as they were fused.
    alignment : Alignment
    method : Method
    engine : str or None
        Engine of the networks and its arithmetic.
    options : StackOptions
    warnings : list of str
        Sentences on frames left out, misfits and missing focus steps.
    seconds : float
    decision : numpy.ndarray or None
        The focus map before it was retouched.
    strokes : tuple of Stroke
        The retouching of the image.
    steps : fusion.steps.Steps or None
        Intermediate maps, if they were asked for.

    Examples
    --------
    >>> import numpy as np
    >>> import twostream as ts
    >>> a = np.tile(np.arange(64, dtype=np.uint8), (48, 1))
    >>> result = ts.stack([a, a[:, ::-1]], align="none")
    >>> result.image.dtype, result.focus_map.shape, result.depth_map.shape
    (dtype('uint8'), (48, 64), (48, 64))
    >>> result.engine is None, result.left_out
    (False, [])
    """

    image: np.ndarray
    focus_map: Optional[np.ndarray]
    frames: RegisteredFrames
    alignment: Alignment
    method: Method
    engine: Optional[str]
    options: StackOptions
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0
    observers: dict[str, Any] = field(default_factory=dict)
    decision: Optional[np.ndarray] = None
    strokes: tuple[Stroke, ...] = ()
    steps: Optional[Steps] = None

    def __repr__(self) -> str:
        return f"<StackResult: {self.summary}>"

    @property
    def transforms(self) -> list[np.ndarray]:
        """Transform of each fused frame, 3x3, from the reference frame to the frame."""
        return self.frames.transforms

    @property
    def left_out(self) -> list[int]:
        """Numbers, from 0, of the frames that were left out."""
        return self.alignment.left_out

    @cached_property
    def depth_map(self) -> Optional[np.ndarray]:
        """H x W, float32: depth in frames, from 0; None if the method does not choose pixels.

        Where a stroke takes a frame, the depth is that of the frame.
        """
        from ..depth.depth_map import depth_map

        if self.focus_map is None or self.decision is None:
            return None
        colours = with_axis(without_alpha(self.image))
        depth = depth_map(self.decision, self.frames, colours, self.frames.scale)
        where = taken(self.strokes, depth.shape)
        depth[where] = self.focus_map[where]
        return depth

    @cached_property
    def confidence(self) -> np.ndarray:
        """H x W, uint8: 0 if frames differ by more than focus, 128 if none is sharp, else 255."""
        from ..depth.confidence_map import confidence_map

        differ = self._observed("agreement", Agreement).differ
        unsharp, shape = find_gaps(self._sweep).unsharp, self.image.shape[:2]
        return confidence_map(unsharp, differ, shape, self.frames.misfit)

    @property
    def misfit(self) -> Optional[str]:
        """A sentence on the share of the image that some frames misfit; None if under 0.1 %."""
        share = 0.0 if self.frames.misfit is None else self.frames.misfit.mean()
        if share < LEAST_MISFIT:
            return None
        name = Path(self.frames.name(self.frames.first)).name
        return f"{share:.1%} of the image moved or was hidden in some frames; taken from {name}."

    @cached_property
    def advice(self) -> Optional[str]:
        """A sentence on the focus steps that the stack lacks; None if it lacks none."""
        from ..depth.advice import advice

        names = [Path(self.frames.name(n)).name for n in range(len(self.frames))]
        return advice(find_gaps(self._sweep), names)

    @cached_property
    def record(self) -> Record:
        """The record with which `replay` repeats the fusion on other frames."""
        settings = {name: getattr(self.options, name) for name in RECORDED}
        return Record(
            version=__version__,
            method=self.method.name,
            engine=self.engine,
            options={k: v if k == "tile" else str(v) for k, v in settings.items() if v is not None},
            weights=digests_of_weights(self.method, self.options),
            size=list(self.frames.size),
            crop=[int(number) for number in self.frames.crop],
            focus_map=None,
            sources=recorded_frames(self.frames),
            decision=self.decision,
            strokes=list(self.strokes),
            flows=self.frames.flows if self.frames.is_local else None,
            corrections=recorded_corrections(self.options),
        )

    @property
    def metadata(self) -> Optional[Metadata]:
        """Camera, place, profile and resolution of the first frame; None for an array."""
        first = self.frames.source(0)
        return images.read_metadata(first.path) if isinstance(first, FrameFile) else None

    def save(self, path: Union[str, Path]) -> None:
        """Write the image with the metadata of the first frame; as JPEG with 8 bits.

        The metadata name this program as the software, and a digest of the frames' folder.
        Only PNG and TIFF can hold alpha.

        Parameters
        ----------
        path : str or Path
            Ends in .png, .jpg, .jpeg, .tif, .tiff or .bmp; see `io.images.write`.

        Raises
        ------
        BadInput
            If the format cannot hold the pixels, or the file cannot be written.
        """
        metadata = self.metadata
        if metadata:
            metadata = metadata.written_by(mark(self.frames.source(0).path.parent))
        images.write(path, images.reduced_for(path, self.image), metadata=metadata)

    @property
    def summary(self) -> str:
        """Summary of the fusion in one sentence."""
        height, width = self.image.shape[:2]
        gray, alpha = without_alpha(self.image).ndim == 2, self.frames.has_alpha
        kind = f"{'gray' if gray else 'colour'}{' with alpha' * alpha} {self.image.dtype}"
        said = f"{len(self.frames)} frames of {width}x{height} ({kind}) fused by method "
        said += self.method.name + (f", engine {self.engine}" if self.engine else "")
        if self.options.align != "none":
            shift, unmeasured = self.alignment.shift, self.alignment.unmeasured
            aligned = "" if unmeasured else ", already aligned"
            said += f", aligned by up to {shift:.1f} pixels" if shift else aligned
            if unmeasured:
                said += f", registration of {unmeasured} could not be measured (flat or periodic)"
            said += ", and by local flow" if self.frames.is_local else ""
        levelled = int((self.frames.gains != 1).any(axis=1).sum())
        if levelled:
            across = " across the frame" * (self.frames.fields is not None)
            said += f", exposure of {levelled} matched{across}"
        if self.strokes:
            said += f", retouched by {len(self.strokes)} stroke{'s' * (len(self.strokes) > 1)}"
        return f"{said}, in {self.seconds:.1f} s."

    @property
    def _sweep(self) -> FocusSweep:
        return self._observed("sweep", FocusSweep)

    def _observed(self, name: str, kind: type) -> Any:
        """Return the observer of the fusion, or a new one that has seen all frames."""
        if name not in self.observers:
            self.observers[name] = kind()
            for frame in self.frames:
                self.observers[name].add(frame, self.frames.scale)
        return self.observers[name]


def recorded_frames(frames: RegisteredFrames) -> list[RecordedFrame]:
    """Describe the frames of a `RegisteredFrames` as a record holds them."""
    digests: dict[Path, str] = {}
    found = []
    for number, (transform, gains) in enumerate(zip(frames.transforms, frames.gains)):
        source = frames.source(number)
        path = getattr(source, "path", None)
        if path is None:
            digest = hashlib.sha256(np.ascontiguousarray(source).data).hexdigest()
        else:
            digest = digests[path] = digests.get(path) or sha256_of(path)
        name = os.path.abspath(path) if path else frames.name(number)
        page = getattr(source, "page", None)
        uneven = None if frames.fields is None else frames.fields[number].tolist()
        found.append(RecordedFrame(name, page, digest, transform.tolist(), gains.tolist(), uneven))
    return found


def digests_of_weights(chosen: Method, options: StackOptions) -> dict[str, str]:
    """Return the SHA-256 of each file that the method reads, by folder and file name."""
    found = weights_of(chosen, options)
    for path in found:
        check_regular(path, MOST_BYTES)
    return {"/".join(path.parts[-2:]): sha256_of(path) for path in found}


def weights_of(chosen: Method, options: StackOptions) -> list[Path]:
    """List the files that the method reads: nets and weights."""
    found = chosen.weights
    if options.weights or options.prototxt:
        found = files_of(options.weights or found[-1], options.prototxt)
    return [Path(path) for path in found]
