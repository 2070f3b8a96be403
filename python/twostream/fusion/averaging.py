"""Noise reduction: frames that agree with the fused image are averaged.

Frames of a stack have independent noise. Where several are equally sharp, or nothing has texture,
their mean has less noise than one frame. It also hides differences of brightness between frames. A
stack without noise is not changed.
"""

import cv2
import numpy as np

from ..io.pixels import luma

LEAST = 0.5 / 255
"""Standard deviation of the noise, in the scale of the stack, below which nothing is averaged."""
SHARE = 5
"""Percentile of the local variances that counts as the noise: texture has larger ones."""
AREA = 4
"""Standard deviation in pixels of the window in which the variance is measured."""
SAMPLE = 64, 4e5
"""Rows of a measured strip, and the largest number of pixels that are measured."""
WINDOW = 1.5
"""Standard deviation in pixels of the window in which frames are compared."""
ALIKE = 2.6
"""Squared difference of two frames that noise explains, in multiples of its variance; the mean is
2."""
FALL = 2.0
"""Further difference, in the same unit, that reduces the weight of a frame by the factor e."""
STRIP = 256
"""Rows that are averaged at once, to save memory."""
HALO = 8
"""Rows next to a strip that its weights depend on."""
OWN = 1e-3
"""Weight of the fused image, which dominates where no frame agrees with it."""

_DETAIL = np.outer([1, -2, 1], [1, -2, 1]).astype(np.float32) / 6
"""Filter that keeps noise and suppresses image structure (Immerkaer, CVIU 64, 1996)."""


class Noise:
    """The noise of a stack, measured where its most blurred frame has no texture."""

    def __init__(self):
        self._least = None

    def add(self, plane, scale):
        """Measure a frame with the luma `plane`, H x W x 1; return the frame."""
        rows, pixels = SAMPLE
        step = max(1, round(plane.size / pixels)) * rows
        strips = [scale.to_unit(plane[n : n + rows, :, 0]) for n in range(0, len(plane), step)]
        found = np.concatenate([_variance(strip) for strip in strips])
        self._least = found if self._least is None else np.minimum(self._least, found)
        return plane

    @property
    def variance(self):
        """Variance of the noise; 0 if it is too small to matter."""
        variance = float(np.percentile(self._least, SHARE))
        return variance if variance > LEAST**2 else 0.0


def _variance(plane):
    return cv2.GaussianBlur(cv2.filter2D(plane, -1, _DETAIL) ** 2, (0, 0), AREA)


def average(picture, frames, scale, variance):
    """Average frames where they agree with the fused image, in place.

    Parameters
    ----------
    picture : numpy.ndarray
        H x W x C.
    frames : iterable of numpy.ndarray
        Of the same shape and type; each is read once.
    scale : io.pixels.Scale
    variance : float
        Variance of the noise of a frame's luma, in this scale.
    """
    reference = luma(scale.to_unit(picture))
    total, weights = np.float32(OWN) * picture, np.full(picture.shape[:2], OWN, np.float32)
    for frame in frames:
        for start in range(0, len(picture), STRIP):
            rows = slice(start, start + STRIP)
            wide = slice(max(0, start - HALO), start + STRIP + HALO)
            difference = luma(scale.to_unit(frame[wide])) - reference[wide]
            square = cv2.GaussianBlur(difference**2, (0, 0), WINDOW)
            excess = np.maximum(square / np.float32(variance) - ALIKE, 0)
            weight = np.exp(-excess / FALL)[start - wide.start :][:STRIP]
            weights[rows] += weight
            total[rows] += weight[..., None] * frame[rows]
    total /= weights[..., None]
    if picture.dtype.kind == "u":
        np.rint(total, out=total)
    picture[...] = total
