"""Files of the parts of a stack: its registered frames, and results of consecutive frames."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Union

import numpy as np

from ..alignment.registered import RegisteredFrames
from ..errors import BadInput
from ..fusion.frames import Frames
from ..io import images
from ..io.atomic import check_place
from ..io.frame_files import FrameFile
from ..io.pixels import squeezed
from .result import StackResult
from .sources import is_result, mark, written_suffix


def aligned_paths(folder: Path, frames: Union[Frames, RegisteredFrames]) -> list[Path]:
    """Return the path of each registered frame: its own name, in a folder.

    The name of a page is the file's name and its number. A format that cannot be written becomes
    TIFF.
    """
    found = []
    for number in range(len(frames)):
        source = frames.source(number)
        path = Path(getattr(source, "path", "frame"))
        page = getattr(source, "page", None)
        if not isinstance(source, FrameFile):
            page = number
        place = "" if page is None else f"_{page + 1:04}"
        suffix = ".tif" if page is not None else written_suffix(path)
        found.append(folder / f"{path.stem}{place}{suffix}")
    return found


def write_aligned(folder: Path, result: StackResult) -> None:
    """Write the frames as they were fused, one after the other, each with its own metadata."""
    frames = result.frames
    colours = result.metadata.profile if result.metadata else b""
    for number, path in enumerate(aligned_paths(folder, frames)):
        image, source = squeezed(frames[number]), frames.source(number)
        if frames.has_alpha:
            image = np.dstack([image, frames.alpha(number)])
        metadata = None
        if isinstance(source, FrameFile):
            metadata = images.read_metadata(source.path).written_by(mark(source.path.parent))
            metadata = replace(metadata, profile=colours)  # frames were converted to it
        images.write(path, images.reduced_for(path, image), metadata=metadata)


def slabs(count: int, size: int, overlap: int) -> list[range]:
    """Return the numbers of the frames of each slab; the last one has the last `size` frames."""
    last = max(count - size, 0)
    starts = [*range(0, last, size - overlap), last]
    return [range(start, min(start + size, count)) for start in starts]


def slab_paths(image: Path, parts: int) -> list[Path]:
    """Return the paths of `parts` slabs, in a folder next to the result."""
    folder = image.with_name(f"{image.stem}_slabs")
    return [folder / f"{image.stem}_slab{n + 1:03}{image.suffix}" for n in range(parts)]


def check_parts(paths: Iterable[Path], frames: Frames) -> None:
    """Make the folder of the files, and check that each can be written.

    Raise BadInput if it cannot, or a file is there that is not known to be an earlier result.
    """
    first = Path(getattr(frames.source(0), "path", "frame")).parent
    for path in paths:
        if not path.parent.is_dir():
            check_place(path.parent)
            path.parent.mkdir()
        sample = images.reduced_for(path, np.empty(1, frames.dtype))
        images.check_writable(path, sample.dtype)
        if path.exists() and not is_result(path, first):
            raise BadInput(
                f"{path} exists already, and is not known to be an earlier result. Choose another "
                "folder or remove the file."
            )
