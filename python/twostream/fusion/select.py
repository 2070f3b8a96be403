"""Mode ``select``, beyond the paper: the net's estimate decides which source a pixel comes from.

Sharp pixels so come out as they went in, and the net's own errors do not show. The weight w of
source A is the one with which w A + (1 - w) B fits the estimate F best in a window; large
windows decide where both sources are alike in small ones.
"""

import cv2
import numpy as np

from ..planes import from_unit, luma, to_unit
from .tiling import tiles

SIGMAS = (16, 8, 4, 2)
"""Standard deviations in pixels of the Gaussian windows, from coarse to fine."""
CUT = 3
"""Where the windows are cut off, in standard deviations."""
PRIOR = 3e-4
"""Mean square difference of the sources at which a window counts as much as the larger one."""
CONTRAST = 8
"""Steepness with which weights are driven to 0 or 1: a blend of sharp and blurred is blurred."""
TILE = 1024


def select(sources, net, white, bar):
    """Fuse two pictures; parameters and result as of `network.network`."""
    estimate = _estimate(sources, net, white, bar)
    fused = np.empty_like(sources[0])
    for tile in tiles(estimate.shape, TILE, CUT * max(SIGMAS)):
        a, b = (to_unit(source[tile.outer], white) for source in sources)
        weight = select_weight(luma(a), luma(b), estimate[tile.outer])[..., None]
        fused[tile.inner] = from_unit((b + weight * (a - b))[tile.crop], white, fused.dtype)
    return fused


def _estimate(sources, net, white, bar):
    """H x W, float32: what the net makes of the sources' luma."""
    estimate = np.empty(sources[0].shape[:2], np.float32)
    for tile in net.tiles(estimate.shape):
        planes = [luma(to_unit(source[tile.outer], white)) for source in sources]
        fused = net.fuse([plane[..., None] for plane in planes])
        estimate[tile.inner] = fused[tile.crop][..., 0]
        bar.update()
    return estimate


def select_weight(a, b, estimate):
    """Weight of `a` at each pixel.

    Minimises, from the largest window to the smallest, the windowed mean of
    (w a + (1 - w) b - estimate)^2 + PRIOR (w - w_larger)^2, and steepens the result.

    Parameters
    ----------
    a, b, estimate : numpy.ndarray
        H x W, float32 in [0, 1].

    Returns
    -------
    numpy.ndarray
        H x W, float32 in [0, 1].
    """
    difference = a - b
    product, square = (estimate - b) * difference, difference * difference
    weight = np.full_like(a, 0.5)
    for sigma in SIGMAS:
        weight = _window(product, sigma) + PRIOR * weight
        weight = np.clip(weight / (_window(square, sigma) + PRIOR), 0, 1)
    return np.clip(CONTRAST * (weight - 0.5) + 0.5, 0, 1)


def _window(plane, sigma):
    return cv2.GaussianBlur(plane, (2 * CUT * sigma + 1,) * 2, sigma)
