"""What two pictures are compared by when it is measured how they lie on each other.

It is the luma of a band of spatial frequencies, divided by its contrast around each pixel, so that
neither blur nor exposure matters much. Coarse levels show hardly any difference of focus.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from ..io.pixels import luma, to_unit, white_level

FINEST = 4e5
"""Pixels of the finest level at most; larger pictures are reduced."""
COARSEST = 96
"""Longer side in pixels of the coarsest level at most."""
BAND = (1.0, 4.0)
"""Standard deviations in pixels of the two Gaussians whose difference is compared."""
AROUND = 8.0
"""Standard deviation in pixels of the window in which the contrast is measured."""
FAINT = 0.004
"""Contrast, of white, below which there is mostly noise."""
ALIKE = 0.25
"""Correlation of neighbouring pixels of the coarsest level below which they are mostly noise."""
RIM = 0.02
"""Share of the longer side that is left out at each edge: frames often have lines there that do
not move with the scene."""
SMALLEST = 64
"""Shorter side in pixels of a picture that is too small to be measured."""


@dataclass(frozen=True)
class Level:
    """A level of a pyramid.

    Attributes
    ----------
    plane : numpy.ndarray
        H x W, float32: what is compared, NaN at the rim.
    place : numpy.ndarray
        3x3: maps its pixel coordinates to those of `BandPyramid.normal`.
    """

    plane: np.ndarray
    place: np.ndarray


class BandPyramid:
    """The planes by which a picture is compared.

    Parameters
    ----------
    picture : numpy.ndarray
        H x W x C, as it was read.

    Attributes
    ----------
    shape : tuple of int
        H and W.
    levels : list of Level
        From coarse to fine; each has twice the sides of the one before.
    normal : numpy.ndarray
        3x3: maps pixel coordinates of the picture to those in which transforms are measured: their
        origin is in the middle, and the corners are at a distance of about 1.
    plane : numpy.ndarray
        H x W, float32 in [0, 1]: luma of the finest level.
    is_measurable : bool
        Whether it is large enough and shows more than noise.
    """

    def __init__(self, picture):
        self.shape = picture.shape[:2]
        height, width = self.shape
        scale = 2 / np.hypot(height, width)
        self.normal = _scaling(scale, scale, scale * (1 - width) / 2, scale * (1 - height) / 2)
        self.plane = plane = luma(to_unit(reduced_to(picture, FINEST), white_level([picture])))
        self.levels = [self._level(plane)]
        while max(plane.shape) > COARSEST:
            size = tuple(max(1, (side + 1) // 2) for side in plane.shape[::-1])
            plane = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
            self.levels.insert(0, self._level(plane))
        self.is_measurable = min(self.shape) >= SMALLEST and _shows_something(plane)

    def _level(self, plane):
        y, x = (whole / side for whole, side in zip(self.shape, plane.shape))
        return Level(_compared(plane), self.normal @ _scaling(x, y, (x - 1) / 2, (y - 1) / 2))


def reduced_to(picture, pixels):
    """Reduce a picture, H x W x C, to a number of pixels at most; others stay as they are."""
    height, width = picture.shape[:2]
    factor = np.sqrt(pixels / (height * width))
    if factor >= 1:
        return picture
    if picture.dtype not in (np.uint8, np.uint16, np.float32):
        picture = picture.astype(np.float32)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).reshape(*size[::-1], -1)


def _scaling(x, y, left, top):
    return np.array([[x, 0, left], [0, y, top], [0, 0, 1.0]])


def _compared(plane):
    low, high = (cv2.GaussianBlur(plane, (0, 0), sigma) for sigma in BAND)
    band = low - high
    band /= np.sqrt(cv2.GaussianBlur(band**2, (0, 0), AROUND)) + FAINT
    rim = round(RIM * max(plane.shape)) + 1
    inner = np.full_like(band, np.nan)
    inner[rim:-rim, rim:-rim] = band[rim:-rim, rim:-rim]
    return inner


def _shows_something(plane):
    detail = plane - cv2.GaussianBlur(plane, (0, 0), BAND[1])
    square = (detail**2).mean()
    beside = (detail[1:] * detail[:-1]).mean() + (detail[:, 1:] * detail[:, :-1]).mean()
    return bool(square > FAINT**2 and beside / 2 > ALIKE * square)
