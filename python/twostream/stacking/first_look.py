"""A first check of a stack on reduced frames, within seconds: which focus steps it lacks."""

from pathlib import Path
from typing import Optional

import numpy as np

from ..depth.advice import advice
from ..depth.gaps import find_gaps
from ..io.frame_files import list_frames
from ..io.pixels import luma, reduced_to, with_axis, without_alpha
from .options import StackOptions
from .pipeline import run

PIXELS = 1.5e6
"""Maximum number of pixels of a reduced frame."""
QUICK = StackOptions(method="average", align="similarity", skip_bad=True)


def read_reduced(path: Path, most_pixels: Optional[int] = None) -> list[np.ndarray]:
    """Read the luma of the frames in a file, reduced; raise BadInput if it cannot be read."""
    frames = (frame.read() for frame in list_frames([path], most_pixels=most_pixels))
    small = (reduced_to(with_axis(without_alpha(frame)), PIXELS) for frame in frames)
    return [np.ascontiguousarray(luma(with_axis(one))) for one in small]


def missing_steps(frames: dict[Path, list[np.ndarray]]) -> Optional[str]:
    """Describe the focus step that the reduced frames of files lack; None if they lack none."""
    planes = [(path.name, plane) for path, pages in frames.items() for plane in pages]
    try:
        result = run([plane for _, plane in planes], QUICK)
    except Exception:  # the next fusion reports it
        return None
    sweep = result.observers.get("sweep")
    names = [planes[number][0] for number in result.alignment.numbers]
    return advice(find_gaps(sweep), names) if sweep else None
