"""The pictures of ``twostream fuse --save-steps``: how each pixel was decided."""

import os
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Optional

import numpy as np

from ..depth.preview import depth_preview
from ..errors import BadInput
from ..fusion.steps import MIDDLE, STAGES
from ..fusion.tree import Fused, fusions
from ..io import images
from ..io.atomic import check_place, identity
from ..io.pixels import eight_bit, squeezed, without_alpha
from .result import StackResult

SHOWN = 8
"""Maximum number of frames that are shown."""
STRIP = 256
"""Rows that are converted at once."""


def check_steps(folder: Path, others: Iterable[Path]) -> None:
    """Raise BadInput unless the folder is new or empty, and no other output goes into it."""
    found = folder.is_dir()
    if not found and os.path.lexists(folder):
        raise BadInput(f"{folder} is not a folder. Give --save-steps a new one.")
    if found and any(folder.iterdir()):
        raise BadInput(
            f"The folder {folder} is not empty. Give --save-steps a new folder, or empty this one."
        )
    check_place(folder / "01_frame_1.png" if found else folder)
    for path in others:
        if identity(path.parent) == identity(folder):
            raise BadInput(f"{path} is in the folder of --save-steps. Choose another folder.")


def write_steps(folder: Path, result: StackResult) -> None:
    """Write the steps as numbered PNG files of 8 bits."""
    folder.mkdir(exist_ok=True)
    for number, (name, picture) in enumerate(_pictures(result), 1):
        path = folder / f"{number:02}_{name}.png"
        images.write(path, squeezed(picture), metadata=result.metadata)


def _pictures(result: StackResult) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the name and the pixels of each step; frames are read one at a time."""
    frames, steps, chosen = result.frames, result.steps, result.decision
    if steps is None or chosen is None:
        return
    shown = partial(_eight_bit, white=None if frames.dtype == np.uint8 else frames.white)
    copied, size = np.zeros(frames.shape, frames.dtype), len(frames)
    numbers = np.linspace(0, size - 1, min(size, SHOWN)).round()
    for number, frame in enumerate(frames):
        np.copyto(copied, frame, where=(chosen == number)[..., None])
        if number in numbers:
            yield f"frame_{number + 1}", shown(frame)
    for (first, second), (scores, decision) in zip(fusions(size)[-STAGES:], steps.stages):
        between = f"{_numbers(first)}_{_numbers(second)}"
        yield f"focus_score_{between}", scores
        yield f"decision_unsmoothed_{between}", np.uint8(255) * (scores > MIDDLE)
        yield f"decision_{between}", np.uint8(255) * decision
    yield "focus_map", depth_preview(chosen.astype(np.float32), size)
    yield "copied", shown(copied)
    yield "boundary", steps.boundary
    yield "estimate", shown(steps.estimate)
    yield "result", shown(without_alpha(result.image))


def _eight_bit(image: np.ndarray, white: Optional[float]) -> np.ndarray:
    """Convert an image for display, in strips to save memory."""
    strips = (image[row : row + STRIP] for row in range(0, len(image), STRIP))
    return np.concatenate([eight_bit(strip, white) for strip in strips])


def _numbers(group: Fused) -> str:
    """Name neighbouring frames by their numbers, from 1."""
    first, last = group.first + 1, group.stop
    return str(first) if first == last else f"{first}-{last}"
