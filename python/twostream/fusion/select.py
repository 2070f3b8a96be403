"""Mode ``select``, beyond the paper: the net's estimate decides which source a pixel comes from.

Sharp pixels so come out as they went in, and the net's own errors do not show. Each pixel has an
opinion: how much nearer the estimate is to one source than to the other. Regions of one opinion
with short borders are what total variation finds (Rudin, Osher, Fatemi, Physica D 60, 1992).
"""

import cv2
import numpy as np

from ..planes import luma, to_unit
from .tiling import tiles

NOISE = 1e-4
"""Squared error of the net, roughly: sources that differ by less give no opinion."""
BLUR = 0.5
"""Standard deviation in pixels of the window in which squared errors are compared."""
SMOOTHNESS = 1.0
"""What a pixel of border costs, in opinions of one pixel."""
STEPS = 40
"""Steps of Chambolle's iteration; each one looks a pixel farther."""
SMALL = 0.001
"""Regions are dropped that are weaker than firm ones of this share of the picture."""
TILE = 1024


def select(sources, net, white, bar):
    """Fuse two pictures; parameters and result as of `network.network`."""
    estimate = _estimate(sources, net, white, bar)
    opinions = np.empty(estimate.shape, np.float32)
    for tile in tiles(estimate.shape, TILE, STEPS + 4):
        a, b = (luma(to_unit(source[tile.outer], white)) for source in sources)
        opinions[tile.inner] = smoothed(opinion(a, b, estimate[tile.outer]))[tile.crop]
    strength = np.minimum(np.abs(opinions), 1) ** 2
    return np.where(drop_small(opinions > 0, SMALL, strength)[..., None], *sources)


def _estimate(sources, net, white, bar):
    """H x W, float32: what the net makes of the sources' luma."""
    estimate = np.empty(sources[0].shape[:2], np.float32)
    for tile in net.tiles(estimate.shape):
        planes = [luma(to_unit(source[tile.outer], white)) for source in sources]
        fused = net.fuse([plane[..., None] for plane in planes])
        estimate[tile.inner] = fused[tile.crop][..., 0]
        bar.update()
    return estimate


def opinion(a, b, estimate):
    """Tell at each pixel which source the estimate is nearer to.

    Parameters
    ----------
    a, b, estimate : numpy.ndarray
        H x W, float32 in [0, 1].

    Returns
    -------
    numpy.ndarray
        H x W, float32, from -1 (surely `b`) over 0 (no matter) to 1 (surely `a`).
    """
    of_a, of_b = (cv2.GaussianBlur((x - estimate) ** 2, (0, 0), BLUR) for x in (a, b))
    return (of_b - of_a) / (of_a + of_b + NOISE)


def smoothed(opinions):
    """Give regions of one opinion short borders: H x W to H x W, float32."""
    from skimage.restoration import denoise_tv_chambolle  # so late, as it loads much else

    # The names of these settings changed between releases of scikit-image, not their order.
    return denoise_tv_chambolle(opinions, SMOOTHNESS, 0, STEPS)


def drop_small(mask, share, strength=None):
    """Give small regions, of either value, to what surrounds them.

    Parameters
    ----------
    mask : numpy.ndarray
        H x W, bool.
    share : float
        Of the picture; smaller regions are dropped.
    strength : numpy.ndarray, optional
        H x W, float32: what each pixel counts, 1 by default.

    Returns
    -------
    numpy.ndarray
        H x W, bool.
    """
    if strength is None:
        strength = np.ones(mask.shape, np.float32)
    for value in (True, False):
        count, labels = cv2.connectedComponents((mask == value).astype(np.uint8))
        sizes = np.bincount(labels.ravel(), strength.ravel(), count)
        small = sizes < share * mask.size
        small[0] = False  # label 0 is everything of the other value
        mask = mask ^ small[labels]
    return mask
