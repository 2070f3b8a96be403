"""A first check of a stack on reduced frames: which focus steps it lacks, and what fills them."""

from pathlib import Path
from typing import Optional

import numpy as np

from ..depth.advice import advice
from ..depth.focus_sweep import FocusSweep
from ..depth.gaps import Gaps, find_gaps
from ..io.frame_files import list_frames
from ..io.pixels import luma, reduced_to, with_axis, without_alpha
from .options import StackOptions
from .pipeline import run

PIXELS = 1.5e6
"""Maximum number of pixels of a reduced frame."""
QUICK = StackOptions(method="average", align="similarity", skip_bad=True)
SHARPER = 0.1
"""Log energy that a frame has more than all others where it fills a gap; noise makes less."""
FILLED = 0.1
"""Minimum share of a gap that a frame fills, as several may fill it together."""


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


def with_late(
    stack: dict[Path, list[np.ndarray]], late: dict[Path, list[np.ndarray]]
) -> Optional[list[Path]]:
    """Return the files of a stack, and those late ones that fill its gaps, in order of focus.

    None if fewer than half of the late files do, or a file has several frames.
    """
    files, order = {**stack, **late}, {path: (float(n), 0.0) for n, path in enumerate(stack)}
    if any(len(pages) != 1 for pages in files.values()):
        return None
    try:
        result = run([plane for (plane,) in files.values()], QUICK.changed(advice=False))
    except Exception:  # they are not of one scene
        return None
    frames, numbers, sweep = result.frames, result.alignment.numbers, FocusSweep()
    own = [number for number in numbers if number < len(stack)]
    for n in range(len(own)):
        sweep.add(frames[n], frames.scale)
    gaps, sharpness = find_gaps(sweep), sweep.sharpness
    for n, number in [*enumerate(numbers)][len(own) :]:
        one = FocusSweep()
        one.add(frames[n], frames.scale)
        place = _place(gaps, one.sharpness - sharpness)
        if place:
            order[[*files][number]] = (own[place[0] - 1] + 0.5 if place[0] else -0.5, place[1])
            sharpness = np.maximum(sharpness, one.sharpness)
    found = len(order) - len(stack)
    return sorted(order, key=order.__getitem__) if 2 * found >= len(late) else None


def _place(gaps: Gaps, gain: np.ndarray) -> Optional[tuple[int, float]]:
    """Return the gap that a frame of this gain in sharpness fills, and its focus, or None."""
    cells = {gap: gaps.unsharp & (gaps.gap == gap) for gap in gaps.shares}
    filled = {gap: float((gain[where] > SHARPER).mean()) for gap, where in cells.items()}
    gap = max(filled, key=filled.__getitem__, default=None)
    if gap is None or filled[gap] < FILLED:
        return None
    weights = np.maximum(gain[cells[gap]], 0)
    return gap, float(np.average(gaps.depth[cells[gap]], weights=weights))
