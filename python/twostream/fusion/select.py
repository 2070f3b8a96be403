"""Mode ``select``, beyond the paper: the net's estimate decides which source a pixel comes from.

Sharp pixels so come out as they went in, and the net's own errors do not show. The weight w of
source A is the one with which w A + (1 - w) B fits the estimate F best in a window. Large
windows divide the picture into regions; small ones then draw their borders, and each window
falls back on the larger one where the sources are alike.
"""

import cv2
import numpy as np

from ..planes import from_unit, luma, to_unit
from .tiling import tiles

COARSE, FINE = (16, 8, 4), (4, 2)
"""Standard deviations in pixels of the Gaussian windows."""
COARSE_PRIOR, FINE_PRIOR = 3e-4, 1e-3
"""Mean square difference of the sources at which a window counts as much as the larger one."""
CUT = 3
"""Where the windows are cut off, in standard deviations."""
SMALL = 0.01
"""Regions of less than this share of the picture are dropped (as in Liu et al. 2017)."""
CONTRAST = 8
"""Steepness with which weights are driven to 0 or 1: a blend of sharp and blurred is blurred."""
TILE = 1024


def select(sources, net, white, bar):
    """Fuse two pictures; parameters and result as of `network.network`."""
    estimate = _estimate(sources, net, white, bar)
    regions = np.empty(estimate.shape, bool)
    for tile, a, b in _pieces(sources, white, COARSE):
        weight = fit_weight(luma(a), luma(b), estimate[tile.outer], 0.5, COARSE, COARSE_PRIOR)
        regions[tile.inner] = weight[tile.crop] > 0.5
    regions = drop_small(regions, SMALL)
    fused = np.empty_like(sources[0])
    for tile, a, b in _pieces(sources, white, FINE):
        region = regions[tile.outer].astype(np.float32)
        weight = fit_weight(luma(a), luma(b), estimate[tile.outer], region, FINE, FINE_PRIOR)
        weight = np.clip(CONTRAST * (weight - 0.5) + 0.5, 0, 1)[..., None]
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


def _pieces(sources, white, sigmas):
    for tile in tiles(sources[0].shape[:2], TILE, CUT * max(sigmas)):
        yield (tile, *(to_unit(source[tile.outer], white) for source in sources))


def fit_weight(a, b, estimate, weight, sigmas, prior):
    """Weight of `a` at each pixel.

    Minimises, window after window, the windowed mean of
    (w a + (1 - w) b - estimate)^2 + prior (w - w_before)^2.

    Parameters
    ----------
    a, b, estimate : numpy.ndarray
        H x W, float32 in [0, 1].
    weight : float or numpy.ndarray
        What the first window falls back on.
    sigmas : sequence of int
        Standard deviations of the windows in pixels.
    prior : float

    Returns
    -------
    numpy.ndarray
        H x W, float32 in [0, 1].
    """
    difference = a - b
    product, square = (estimate - b) * difference, difference * difference
    for sigma in sigmas:
        weight = _window(product, sigma) + prior * weight
        weight = np.clip(weight / (_window(square, sigma) + prior), 0, 1)
    return weight


def _window(plane, sigma):
    return cv2.GaussianBlur(plane, (2 * CUT * sigma + 1,) * 2, sigma)


def drop_small(mask, share):
    """Give regions of under `share` of the picture, of either value, to what surrounds them.

    Parameters
    ----------
    mask : numpy.ndarray
        H x W, bool.
    share : float

    Returns
    -------
    numpy.ndarray
        H x W, bool.
    """
    for value in (True, False):
        _, labels, stats, _ = cv2.connectedComponentsWithStats((mask == value).astype(np.uint8))
        small = stats[:, cv2.CC_STAT_AREA] < share * mask.size
        small[0] = False  # label 0 is everything of the other value
        mask = mask ^ small[labels]
    return mask
