"""Mode ``select``, beyond the paper: the net's estimate decides which source a pixel comes from.

The estimate F is compared with both sources; where A is closer to it, A is copied. So sharp
pixels come out as they went in, and the net's own errors do not show.
"""

import cv2
import numpy as np

from ..planes import from_unit, luma, to_unit
from .guided import guided_filter
from .tiling import tiles

SIGMA = 3.0
"""Standard deviation in pixels of the window that compares a source with the estimate."""
REACH = 12
"""Where that window is cut off."""
SMALL = 0.01
"""Regions of less than this share of the picture are dropped (Liu et al. 2017)."""
RADIUS, EPS = 8, 0.1
"""Guided filter that refines the map (Liu et al. 2017)."""


def select(sources, net, white, bar):
    """Fuse two pictures; parameters and result as of `network.network`."""
    from_a = drop_small(_closer(sources, net, white, bar), SMALL)
    return _composite(sources, from_a, white)


def _closer(sources, net, white, bar):
    """H x W bool: whether A is closer to the estimate than B."""
    closer = np.empty(sources[0].shape[:2], bool)
    for tile in net.tiles(closer.shape, REACH):
        a, b = (luma(to_unit(source[tile.outer], white)) for source in sources)
        estimate = net.fuse([a[..., None], b[..., None]])[..., 0]
        closer[tile.inner] = _advantage(a, b, estimate)[tile.crop] > 0
        bar.update()
    return closer


def _advantage(a, b, estimate):
    difference = np.abs(b - estimate) - np.abs(a - estimate)
    return cv2.GaussianBlur(difference, (2 * REACH + 1,) * 2, SIGMA)


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


def _composite(sources, from_a, white):
    fused = np.empty_like(sources[0])
    for tile in tiles(from_a.shape, 1024, 2 * RADIUS):
        a, b = (to_unit(source[tile.outer], white) for source in sources)
        chosen = from_a[tile.outer]
        guide = luma(np.where(chosen[..., None], a, b))
        weight = guided_filter(guide, chosen.astype(np.float32), RADIUS, EPS)
        weight = np.clip(weight, 0, 1)[..., None]
        fused[tile.inner] = from_unit((b + weight * (a - b))[tile.crop], white, fused.dtype)
    return fused
