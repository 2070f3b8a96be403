"""Matching of exposure and white balance between the frames of a stack."""

import cv2
import numpy as np

from ..io.pixels import to_unit, with_channels

BLUR = 2.0
"""Standard deviation of a blur that hides differences of focus, in pixels of reduced frames."""
CLIPPED = (0.02, 0.95)
"""Range of pixel values, of white 1, outside which a pixel and its surroundings are ignored."""
CERTAIN = ((0.08, 0.005), (1e9, 0.1))
"""Relative standard deviation of texture that is ignored, and the difference of a gain from 1 up to
which it is set to 1. Defocus brightens texture where pixels are not linear in light. So texture is
used only if there is nothing else, and only for large differences."""
FEW = 0.02
"""Share of the reference frame that must be comparable."""


def measure_gains(frames, transforms, reference):
    """Measure the gains, N x C, that match the exposure of each frame to the median of the stack.

    A gain is the median, over the pixels, of the ratio of the reference to the frame, divided by
    the median of all frames. Both are blurred, and the median is robust, so defocus and moving
    objects have little influence. All gains are 1 unless one differs from the reference by more
    than 0.5 %, with the same sign in three quarters of the pixels. The transforms map pixel
    coordinates of the reference frame to those of each frame.
    """
    for texture, alike in CERTAIN:
        blurred = [blurred_small(frames, number, texture) for number in range(len(frames))]
        pairs = zip(blurred, transforms)
        ratios = np.array([_quartiles(blurred[reference], *pair) for pair in pairs])
        low, gains, high = np.moveaxis(np.nan_to_num(ratios, nan=1.0), 1, 0)
        is_sure = ((low > 1) | (high < 1)) & (np.abs(gains - 1) > alike)
        if np.isfinite(ratios).all():
            break
    return gains / np.median(gains, axis=0) if is_sure.any() else np.ones_like(gains)


def blurred_small(frames, number, texture, power=1):
    """Blur a reduced frame, h x w x C, of white 1; NaN near clipped pixels and texture.

    With `power` 2, it is the frame of squared pixels. Also return the reduction, 3x3.
    """
    seen = frames.seen(number)
    small = with_channels(to_unit(seen.small, frames.white), frames.shape[2])
    low, high = CLIPPED
    clipped = ((small < low) | (small > high)).any(axis=2)
    textured = seen.deviation > texture * seen.small.min(axis=2)
    clipped = (clipped | textured).astype(np.uint8)
    near = cv2.dilate(clipped, np.ones((3, 3)), iterations=round(BLUR))
    if power == 2:
        small = with_channels(to_unit(seen.squares, frames.white**2), frames.shape[2])
    blurred = cv2.GaussianBlur(small, (0, 0), BLUR).reshape(small.shape)
    blurred[near > 0] = np.nan
    y, x = (whole / side for whole, side in zip(seen.shape[:2], small.shape))
    return blurred, np.array([[x, 0, (x - 1) / 2], [0, y, (y - 1) / 2], [0, 0, 1]])


def on_reference(blurred, scaling, transform, shape):
    """Warp a reduced frame, h x w x C, onto a reduced reference frame; NaN where it has nothing."""
    matrix = np.linalg.inv(scaling) @ transform @ scaling
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    found = cv2.warpPerspective(
        blurred, matrix, shape[1::-1], flags=flags, borderValue=(np.nan,) * 3
    )
    return found.reshape(shape)


def _quartiles(base, other, transform):
    """Return the quartiles, 3 x C, of the ratio of two frames; NaN if they cannot be compared."""
    (base, scaling), (other, _) = base, other
    ratios = base / on_reference(other, scaling, transform, base.shape)
    both = np.isfinite(ratios).all(axis=2)
    if both.mean() < FEW:
        return np.full((3, base.shape[2]), np.nan)
    return np.quantile(ratios[both].astype(np.float64), (0.25, 0.5, 0.75), axis=0)
