"""The seams of the method ``select``: how regions of two sources are joined.

Copying alone leaves a step where the sources do not lie on each other to a fraction of a pixel, and
a halo where the blurred side of an edge lies on its sharp side. So the sources are blended near a
border, most where both have detail or none is surely the sharp one, and right at it the net's
estimate takes over.
"""

import cv2
import numpy as np

BLEND = 16
"""Pixels from a border within which sources are blended."""
MEND = 10
"""Pixels from a border within which the net's estimate takes over."""
SLIGHT = 3 / 255
"""Difference at which half of the net's correction counts: slighter ones are its noise."""
DETAIL = 3e-3
"""Squared slope of the flatter source, in units of white a pixel, at which detail blends half."""
DOUBT = 0.25
"""Opinion from which on it is sure which source is the sharp one."""
COARSE, COARSE_SLOPE = 3.0, 3e-6
"""Where it is not: standard deviation in pixels at which slopes are taken, and the squared slope
of the flatter source at which doubt counts half; flat sources are copied.
"""
WINDOW = 1.0
"""Standard deviation in pixels of the window in which slopes are compared."""
FLAT = 1e-5
"""Squared slope below which sources count alike."""
HALO = BLEND + 6
"""Pixels around a pixel that its result depends on."""


def join(a, b, mask, distance, opinions, estimate):
    """Join two pictures along the borders of a mask.

    Parameters
    ----------
    a, b : tuple of numpy.ndarray
        A picture of H x W x C and its luma of H x W, float32 in [0, 1].
    mask : numpy.ndarray
        H x W, bool: where `a` is the sharp one.
    distance : numpy.ndarray
        H x W, float32: what `to_border` says of the mask.
    opinions : numpy.ndarray
        H x W, float32: how surely `b` (below 0) or `a` (above) is the sharp one; see `DOUBT`.
    estimate : numpy.ndarray
        H x W, float32: the net's luma.

    Returns
    -------
    numpy.ndarray
        H x W x C, float32. Pixels farther than `BLEND` from a border are those of `a` or `b`.
    """
    slopes = [_slope(luma) for _, luma in (a, b)]
    detailed = 2 * _half(np.minimum(*slopes), DETAIL)
    blending = _near(distance, BLEND) * np.maximum(detailed, _doubt(a[1], b[1], opinions))
    share = (slopes[0] + FLAT) / (slopes[0] + slopes[1] + 2 * FLAT)
    weight = mask + np.minimum(blending, 1) * (share - mask)
    joined, luma = (_mean(x, y, weight) for x, y in zip(a, b))
    correction = estimate - luma
    correction *= _near(distance, MEND) * _half(correction**2, SLIGHT**2)
    return joined + correction[..., None]


def to_border(mask):
    """Distance of each pixel to the nearest one of the other value, in pixels: H x W, float32."""
    sides = (mask.astype(np.uint8), (~mask).astype(np.uint8))
    return sum(cv2.distanceTransform(side, cv2.DIST_L2, 5) for side in sides)


def _near(distance, reach):
    """Tell how near a border is: 1 beside it, falling to 0."""
    return np.clip(1 - (distance - 1) / reach, 0, 1)


def _doubt(a, b, opinions):
    """Tell where neither luma is surely the sharp one though both have coarse detail: 0 to 1."""
    slopes = (_slope(cv2.GaussianBlur(luma, (0, 0), COARSE)) for luma in (a, b))
    return np.maximum(1 - np.abs(opinions) / DOUBT, 0) * _half(np.minimum(*slopes), COARSE_SLOPE)


def _slope(luma):
    """Squared gradient by Sobel's kernels, per pixel, smoothed."""
    gx, gy = (cv2.Sobel(luma, cv2.CV_32F, *axis, scale=1 / 8) for axis in ((1, 0), (0, 1)))
    return cv2.GaussianBlur(gx * gx + gy * gy, (0, 0), WINDOW)


def _half(x, middle):
    return x / (x + middle)


def _mean(x, y, weight):
    """Mean of two pictures or lumas, each as it is where it has all weight."""
    weight = weight if x.ndim == 2 else weight[..., None]
    return weight * x + (1 - weight) * y
