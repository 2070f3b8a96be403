"""Differences between the frames of a stack other than focus: moving objects, haze or glare.

Defocus replaces the brightness of a pixel by a mean of its surroundings. So the ranges of
brightness around a pixel overlap in any two frames, unless the scene differs. Neighbouring frames
are compared, because they differ least in focus.
"""

import cv2
import numpy as np

from ..io.pixels import luma

CELL = 4
"""Side in pixels of the squares whose mean brightness is compared."""
REACH = 3
"""Radius in cells of the neighbourhood whose range of brightness is compared."""
TOLERANCE = 0.03
"""Difference in brightness, of white 1, that exposure and noise may cause."""


class Agreement:
    """Compare each frame passed to `add` with the one before.

    Attributes
    ----------
    differ : numpy.ndarray
        h x w, bool, in cells of `CELL` pixels: where the ranges of two neighbours do not overlap.
    """

    def __init__(self):
        self.differ, self._last = None, None

    def add(self, image, scale):
        """Add the next frame, H x W x C."""
        size = tuple(-(-side // CELL) for side in image.shape[1::-1])
        means = cv2.resize(image, size, interpolation=cv2.INTER_AREA).reshape(*size[::-1], -1)
        means = cv2.GaussianBlur(luma(scale.to_unit(means)), (0, 0), 1)
        around = np.ones((2 * REACH + 1,) * 2, np.uint8)
        low, high = cv2.erode(means, around), cv2.dilate(means, around)
        if self._last is None:
            self.differ = np.zeros(low.shape, bool)
        else:
            distance = np.maximum(low - self._last[1], self._last[0] - high)
            self.differ |= distance > TOLERANCE
        self._last = low, high
