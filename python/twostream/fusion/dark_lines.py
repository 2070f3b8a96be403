"""Dark outermost lines of pixels, which warping leaves at the edges of a frame.

A net would take the step next to such a line for detail and copy the line.
"""

import numpy as np

from ..io.pixels import luma

INNER = slice(2, 8)
"""Lines to compare the outer ones with, counted from the outermost, 0."""
DARK = 0.6
"""An outermost line is dark below this share of its brightness in the brightest source."""
DIM = 0.85
"""The same for the line next to a dark one, which interpolation has mixed with it."""


def without_dark_lines(sources):
    """Replace outermost lines that are dark in some sources, H x W x C, but not in all.

    A line is compared with lines further inside the same source, so that exposure does not matter.
    A line that is dark in all sources is part of the scene. Return the sources, or copies with
    their dark lines filled from the line further inside.
    """
    filled = list(sources)
    if min(sources[0].shape[:2]) <= 2 * INNER.stop:
        return filled
    for side in _SIDES:
        brightness = np.array([_brightness(side(source)) for source in sources])
        brightest = brightness.max(axis=0)
        dark = brightness[:, 0] < DARK * brightest[0]
        dim = dark & (brightness[:, 1] < DIM * brightest[1])
        for n in np.flatnonzero(dark):
            if filled[n] is sources[n]:
                filled[n] = sources[n].copy()
            lines = side(filled[n])
            depth = 2 if dim[n] else 1
            lines[:depth] = lines[depth]
    return filled


_SIDES = (
    lambda image: image,
    lambda image: image[::-1],
    lambda image: image.swapaxes(0, 1),
    lambda image: image.swapaxes(0, 1)[::-1],
)
"""Views of an image whose first line is its top, bottom, left or right one."""


def _brightness(image):
    """Brightness of the two outermost lines, each as a share of that of the inner lines."""
    lines = luma(np.ascontiguousarray(image[: INNER.stop], np.float32)).mean(axis=1)
    inner = lines[INNER].mean()
    return lines[:2] / inner if inner > 0 else np.ones(2, np.float32)
