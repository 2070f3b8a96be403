"""Matching of exposure and white balance between the frames of a stack."""

import cv2
import numpy as np

from ..io.pixels import to_unit
from .band_pyramid import reduced_to

PIXELS = 5e4
"""Maximum number of pixels of the reduced frames that are compared."""
BLUR = 4.0
"""Standard deviation in pixels of a blur that hides differences of focus."""
CLIPPED = (0.02, 0.95)
"""Range of pixel values, of white 1, outside which a pixel and its surroundings are ignored."""
FEW = 0.02
"""Share of the reference frame that must be comparable."""
ALIKE = 0.003
"""Difference of a gain from 1 below which it is set to 1."""


def measure_gains(frames, transforms, reference):
    """Measure the gains, N x C, that match the exposure of each frame to the reference frame.

    Each is the median ratio of the reference to the frame over the pixels of both, blurred, so that
    defocus and moving objects have little influence; 1 where a frame cannot be compared. The
    transforms map pixel coordinates of the reference frame to those of each frame.
    """
    white = frames.white
    base = _blurred(frames[reference], white)
    return np.array([_gains(base, _blurred(f, white), t) for f, t in zip(frames, transforms)])


def _blurred(frame, white):
    """Blur a reduced frame, NaN near clipped pixels; also return the reduction, 3x3."""
    small = to_unit(reduced_to(frame, PIXELS), white)
    low, high = CLIPPED
    clipped = ((small < low) | (small > high)).any(axis=2).astype(np.uint8)
    near = cv2.dilate(clipped, np.ones((3, 3)), iterations=round(BLUR))
    blurred = cv2.GaussianBlur(small, (0, 0), BLUR).reshape(small.shape)
    blurred[near > 0] = np.nan
    y, x = (whole / side for whole, side in zip(frame.shape[:2], small.shape))
    return blurred, np.array([[x, 0, (x - 1) / 2], [0, y, (y - 1) / 2], [0, 0, 1]])


def _gains(base, other, transform):
    (base, scaling), (other, _) = base, other
    matrix = np.linalg.inv(scaling) @ transform @ scaling
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = base.shape[1::-1]
    other = cv2.warpPerspective(other, matrix, size, flags=flags, borderValue=(np.nan,) * 3)
    ratios = base / other.reshape(base.shape)
    both = np.isfinite(ratios).all(axis=2)
    if both.mean() < FEW:
        return np.ones(base.shape[2])
    gains = np.median(ratios[both], axis=0).astype(np.float64)
    return np.where(np.abs(gains - 1) < ALIKE, 1, gains)
