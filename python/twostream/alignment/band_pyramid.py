"""The representation of images for registration: a pyramid of contrast-normalised band-pass lumas.

The band-pass luma is divided by its local contrast, so that blur and exposure have little
influence. Coarse levels hardly differ in focus.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from ..io.pixels import luma, reduced_to

FINEST = 4e5
"""Maximum number of pixels of the finest level; larger images are reduced."""
COARSEST = 96
"""Maximum longer side in pixels of the coarsest level."""
BAND = (1.0, 4.0)
"""Standard deviations in pixels of the two Gaussians of the band-pass filter."""
AROUND = 8.0
"""Standard deviation in pixels of the window of the local contrast."""
FAINT = 0.004
"""Contrast, of white 1, below which an image is mostly noise."""
ALIKE = 0.25
"""Correlation of neighbouring pixels of the coarsest level below which it is mostly noise."""
RIM = 0.02
"""Share of the longer side that is ignored at each edge, where frames often have lines that do not
move with the scene."""
PERIODIC, NEAR = 0.65, 6
"""An image is periodic if its correlation with itself, shifted by more pixels than the second
number, is above the first. Photographs reach 0.5, grids of lines and dots 0.7 to 1."""
FINE, AROUND_DETAIL = 1.5, 2.5
"""Standard deviations in pixels: the largest blur of detail, at full size, and the window of the
detail, at the finest level."""
STRIP = 256
"""Rows whose detail is measured at once."""
SMALLEST = 64
"""Minimum shorter side in pixels of an image that can be registered."""


@dataclass(frozen=True)
class Level:
    """A level of a pyramid."""

    plane: np.ndarray  # H x W, float32: the normalised band, NaN at the rim
    # 3x3: maps its pixel coordinates to normalised ones, see `BandPyramid.normal`
    place: np.ndarray


class BandPyramid:
    """The pyramid of an image.

    Parameters
    ----------
    image : numpy.ndarray
        H x W x C, as read from its file.
    unit : io.pixels.Scale
        Scale of the stack.
    detailed : bool
        Whether to measure the detail, which only `LocalFlow` needs.

    Attributes
    ----------
    shape : tuple of int
        H and W.
    levels : list of Level
        From coarse to fine; each has twice the sides of the one before.
    normal : numpy.ndarray
        3x3: maps pixel coordinates of the image to normalised ones, with the origin in the middle
        and the corners at a distance of about 1.
    plane : numpy.ndarray
        H x W, float32 in [0, 1]: luma of the finest level.
    detail : numpy.ndarray
        Like `plane`: mean detail of the image around each pixel. None if not measured.
    is_measurable : bool
        Whether the image is large enough and shows more than noise.
    """

    def __init__(self, image, unit, detailed=False):
        self.shape = image.shape[:2]
        height, width = self.shape
        scale = 2 / np.hypot(height, width)
        self.normal = _scaling(scale, scale, scale * (1 - width) / 2, scale * (1 - height) / 2)
        self.plane = plane = luma(unit.to_unit(reduced_to(image, FINEST)))
        self.detail = _detail(image, unit, plane.shape) if detailed else None
        self.levels = [self._level(plane)]
        while max(plane.shape) > COARSEST:
            size = tuple(max(1, (side + 1) // 2) for side in plane.shape[::-1])
            plane = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
            self.levels.insert(0, self._level(plane))
        self.is_measurable = min(self.shape) >= SMALLEST and _shows_something(plane)

    @property
    def is_periodic(self):
        """Whether the image repeats itself, so that a shift is ambiguous by whole periods."""
        plane = np.nan_to_num(self.levels[-1].plane)
        spectrum = np.abs(np.fft.rfft2(plane - plane.mean())) ** 2
        likeness = np.roll(np.fft.irfft2(spectrum, plane.shape), len(plane) // 4, 0)
        height, width = (side // 4 for side in plane.shape)
        y, x = np.mgrid[-height : height + 1, : width + 1]
        far = likeness[: 2 * height + 1, : width + 1][np.hypot(x, y) >= NEAR]
        return bool(far.max(initial=0) > PERIODIC * likeness[height, 0])

    def _level(self, plane):
        y, x = (whole / side for whole, side in zip(self.shape, plane.shape))
        return Level(_compared(plane), self.normal @ _scaling(x, y, (x - 1) / 2, (y - 1) / 2))


def _scaling(x, y, left, top):
    return np.array([[x, 0, left], [0, y, top], [0, 0, 1.0]])


def _compared(plane):
    low, high = (cv2.GaussianBlur(plane, (0, 0), sigma) for sigma in BAND)
    band = low - high
    band /= np.sqrt(cv2.GaussianBlur(band**2, (0, 0), AROUND)) + FAINT
    rim = min(round(RIM * max(plane.shape)), min(plane.shape) // 8) + 1
    inner = np.full_like(band, np.nan)
    inner[rim:-rim, rim:-rim] = band[rim:-rim, rim:-rim]
    return inner


def _shows_something(plane):
    detail = plane - cv2.GaussianBlur(plane, (0, 0), BAND[1])
    square = (detail**2).mean()
    neighbours = (detail[1:] * detail[:-1]).mean() + (detail[:, 1:] * detail[:, :-1]).mean()
    return bool(square > FAINT**2 and neighbours / 2 > ALIKE * square)


def _detail(image, unit, shape):
    """Measure the mean detail around each pixel of a reduced image, strip by strip."""
    found, halo = np.empty(image.shape[:2], np.uint16), int(4 * FINE) + 1
    for row in range(0, len(image), STRIP):
        top = max(0, row - halo)
        plane = luma(unit.to_unit(image[top : row + STRIP + halo]))
        fine = cv2.absdiff(plane, cv2.GaussianBlur(plane, (0, 0), FINE))[row - top :][:STRIP]
        found[row : row + STRIP] = np.minimum(fine * 65535, 65535)
    mean = cv2.resize(found, shape[::-1], interpolation=cv2.INTER_AREA) / np.float32(65535)
    return cv2.GaussianBlur(mean, (0, 0), AROUND_DETAIL)
