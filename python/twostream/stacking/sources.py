"""The frames of a stack, from files, folders or arrays."""

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np

from ..errors import BadInput
from ..evaluation.pair_set import pictures
from ..fusion.frames import Frames
from ..fusion.inputs import as_array
from ..io import images
from ..io.atomic import identity
from ..io.frame_files import FrameFile, list_frames
from ..version import __version__
from .corrections import correction_files, correction_of
from .options import StackOptions

PATH = (str, os.PathLike)


def open_frames(sources: Any, options: StackOptions, but: Optional[Path] = None) -> Frames:
    """List the frames of a stack; files are not decoded yet.

    Sources are a folder, image files, TIFF files with several pages, arrays, PIL images or
    FrameFiles, also mixed, or one array of N x H x W x C. `but` is the output, see
    `expand_folders`. The dark frame and the flat field are left out. Raise BadInput if a file or
    folder cannot be used, or there are fewer than two frames.
    """
    found: list[Any] = []
    others = [*map(identity, correction_files(options).values())]
    for are_paths, some in groupby(listed(sources), lambda one: isinstance(one, PATH)):
        if are_paths:
            files = expand_folders([Path(path) for path in some], but)
            files = [path for path in files if identity(path) not in others]
            found += list_frames(files, options.convert_profile, options.most_pixels)
        else:
            found += [
                one if isinstance(one, FrameFile) else as_array(one, alpha=True) for one in some
            ]
    return Frames(found, correction_of(options))


def listed(sources: Any) -> Iterable[Any]:
    """Return sources as an iterable of frames; raise BadInput for a single one that is no path."""
    if isinstance(sources, PATH):
        return [sources]
    if isinstance(sources, np.ndarray) and sources.ndim < 4:
        raise BadInput("One array is one frame. Give a list of two or more.")
    if not isinstance(sources, Iterable) or hasattr(sources, "getbands"):
        raise BadInput(f"A stack is a folder or a list of frames, not {type(sources).__name__}.")
    return sources


def expand_folders(paths: Sequence[Path], but: Optional[Path] = None) -> list[Path]:
    """Replace folders by their image files, ordered so that 9 comes before 10.

    `but` is the output, which is left out of its folder if an earlier call wrote it. Raise BadInput
    if it may be a frame, or a folder cannot be read or holds no image file.
    """
    found: list[Path] = []
    out = but and (identity(but.parent), but.name)
    for path in paths:
        files = [path]
        if path.is_dir():
            here = identity(path)
            files = sorted((p for p in pictures(path) if (here, p.name) != out), key=natural)
            first = paths[0] if paths[0].is_dir() else paths[0].parent
            if but and (here, but.name) == out and but.exists() and not is_result(but, first):
                raise BadInput(
                    f"The output {but} would overwrite a file among the frames, which is not known "
                    "to be their earlier result. Choose another name or remove the file."
                )
        if not files:
            raise BadInput(f"{path} holds no image. Choose another folder.")
        found += files
    return found


def mark(folder: Path) -> str:
    """Make the metadata entry of a result: this program, and a digest of the frames' folder."""
    digest = hashlib.sha256(os.fsencode(os.path.basename(os.path.realpath(folder)))).hexdigest()
    return f"twostream-fusion {__version__} ({digest[:16]})"


def written_suffix(first: Union[str, Path]) -> str:
    """Return the suffix of the result of this first frame, or .tif if it cannot be written."""
    own = Path(first).suffix
    return own if own.lower() in images.WRITABLE else ".tif"


def is_result(path: Path, folder: Path) -> bool:
    """Tell whether a file is the result of an earlier fusion of the frames in a folder."""
    try:
        found = images.read_metadata(path).software.split()
    except BadInput:
        return False
    own = mark(folder).split()
    return len(found) == 3 and (found[0], found[2]) == (own[0], own[2])


def natural(path: Path) -> tuple[list[Union[int, str]], str]:
    """Return a sort key with which 9 comes before 10."""
    parts = re.split(r"(\d+)", path.name.lower())
    return [int(part) if n % 2 else part for n, part in enumerate(parts)], path.name
