"""Animated GIFs in which a line wipes from one picture to another and back."""

import cv2
import numpy as np
from PIL import Image

from twostream.io.atomic import atomic_write

STEPS = 16
MILLISECONDS = 70
PAUSE = 1200
"""Milliseconds for which each whole picture is shown."""
_WHITE = 255  # number of the palette's last colour


def write_wipe(path, before, after, width):
    """Write the wipe; both images share one palette, so that only changes are stored.

    Parameters
    ----------
    path : str or Path
    before, after : numpy.ndarray
        H x W x 3, uint8.
    width : int
        Of the GIF, in pixels.
    """
    size = width, round(len(before) * width / len(before[0]))
    pair = [cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in (before, after)]
    palette = _with_white(Image.fromarray(np.vstack(pair)).quantize(_WHITE))
    pair = [Image.fromarray(picture).quantize(palette=palette) for picture in pair]
    there = [_frame(*pair, size[0] * step // STEPS) for step in range(STEPS + 1)]
    frames = there + there[-2:0:-1]
    pauses = [PAUSE if n in (0, STEPS) else MILLISECONDS for n in range(len(frames))]
    with atomic_write(path) as partial:
        frames[0].save(
            partial, "GIF", save_all=True, append_images=frames[1:], duration=pauses, loop=0
        )


def _with_white(palette):
    colours = palette.getpalette() + [0] * (3 * _WHITE)  # newer Pillow gives those in use
    palette.putpalette(colours[: 3 * _WHITE] + [255] * 3)
    return palette


def _frame(before, after, edge):
    """Draw the second picture left of the edge, the first right of it, and a line between."""
    frame = before.copy()
    frame.paste(after.crop((0, 0, edge, after.size[1])), (0, 0))
    if 0 < edge < after.size[0]:
        frame.paste(_WHITE, (edge - 1, 0, edge + 1, after.size[1]))
    return frame
