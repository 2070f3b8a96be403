"""Gradient magnitude similarity deviation (GMSD) from a known truth."""

import cv2
import numpy as np

from .plane import Picture, Range, check_large_enough
from .psnr import truth_and_fused

_CONSTANT = 170
"""Squared gray levels, as of the authors' code."""


def gmsd(truth: Picture, fused: Picture, *, data_range: Range = None) -> float:
    """Compute the gradient magnitude similarity deviation: how unevenly edges are lost.

    Both pictures are halved by averaging 2 x 2 pixels. g is the magnitude of the gradient by the
    3 x 3 Prewitt kernels divided by 3, with zeros outside the picture. At each pixel,
    ``S = (2 gT gF + 170) / (gT^2 + gF^2 + 170)``. Value: the standard deviation of S, divided by
    N - 1.

    Parameters
    ----------
    truth, fused
        Of the same size, at least 3 x 3; see `twostream.metrics` (of colour, the luma
        is compared).

    Returns
    -------
    float
        0 (edges kept alike everywhere) to 1; lower is better.

    References
    ----------
    W. Xue, L. Zhang, X. Mou, A. C. Bovik, "Gradient magnitude similarity deviation: a highly
    efficient perceptual image quality index", IEEE Trans. Image Processing 23(2), 2014.
    Public code: `GMSD` of the authors, as in vision4robotics/MKCT-tracker.
    """
    truth, fused = truth_and_fused(truth, fused, data_range)
    check_large_enough(fused, 3)
    x, y = truth.once(_edge_strength), fused.once(_edge_strength)
    similarity = (2 * x * y + _CONSTANT) / (x * x + y * y + _CONSTANT)
    return float(similarity.std(ddof=1))


def _edge_strength(plane):
    """Return the magnitude of the gradient of a Plane at half its size."""
    picture = _halved(plane.values)
    smooth, slope = np.full(3, 1 / 3), np.array([-1.0, 0.0, 1.0])
    gx, gy = (
        cv2.sepFilter2D(picture, cv2.CV_64F, *kernels, borderType=cv2.BORDER_CONSTANT)
        for kernels in ((slope, smooth), (smooth, slope))
    )
    return np.sqrt(gx * gx + gy * gy)


def _halved(values):
    """Average each 2 x 2 pixels; pixels beyond an odd side are 0."""
    height, width = values.shape
    filled = np.pad(values, ((0, height % 2), (0, width % 2)))
    return (filled[::2, ::2] + filled[::2, 1::2] + filled[1::2, ::2] + filled[1::2, 1::2]) / 4
