"""Where the frames of a stack do not show the same scene: something moved, or haze, or glare.

Defocus replaces the light of a place by a mean of the light around it. So some brightness lies
between the darkest and the brightest one around the place in all frames, unless the light itself
is another in some of them.
"""

import cv2
import numpy as np

from ..io.pixels import luma, to_unit

CELL = 8
"""Side in pixels of the squares whose mean brightness is compared."""
REACH = 3
"""Cells around a place within which its light may come from."""
TOLERANCE = 0.03
"""Difference in brightness, of white 1, that exposure and noise may make."""


class Agreement:
    """Brightness that is possible for all frames that `add` has got.

    Attributes
    ----------
    low, high : numpy.ndarray
        h x w, float32, in cells of `CELL` pixels: the largest of the frames' darkest brightness
        around a cell, and the least of the brightest.
    """

    def __init__(self):
        self.low, self.high = np.float32(-np.inf), np.float32(np.inf)

    def add(self, image, white):
        """Add a frame, H x W x C."""
        size = tuple(-(-side // CELL) for side in image.shape[1::-1])
        means = cv2.resize(image, size, interpolation=cv2.INTER_AREA).reshape(*size[::-1], -1)
        means = cv2.GaussianBlur(luma(to_unit(means, white)), (0, 0), 1)
        around = np.ones((2 * REACH + 1,) * 2, np.uint8)
        self.low = np.maximum(self.low, cv2.erode(means, around))
        self.high = np.minimum(self.high, cv2.dilate(means, around))

    @property
    def differ(self):
        """Bool, h x w: where no brightness fits all frames."""
        return self.low - self.high > TOLERANCE
