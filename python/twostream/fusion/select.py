"""Method ``select``, beyond the paper: the net's estimate decides which source a pixel comes from.

Sharp pixels so come out as they went in, and the net's own errors do not show. Each pixel has an
opinion: how much nearer the estimate is to one source than to the other, and which of them has
more detail there. Regions of one opinion with short borders are what total variation finds (Rudin,
Osher, Fatemi, Physica D 60, 1992). `seam` joins them.
"""

import cv2
import numpy as np

from ..errors import BadInput
from ..io.pixels import from_unit, luma, to_unit
from . import seam
from .small_regions import drop_small
from .tiling import tiles

NOISE = 1e-4
"""Squared error of the net, roughly: sources that differ by less give no opinion."""
BLUR = 0.5
"""Standard deviation in pixels of the window in which squared errors are compared."""
DETAIL_SIZE, DETAIL_WINDOW = 2.0, 3.0
"""Standard deviations in pixels: of what counts as detail, and of the window around a pixel."""
DETAIL_NOISE = 1e-5
"""Variance below which detail gives no opinion."""
DETAIL_WEIGHT = 3.5
"""What detail counts beside the estimate."""
SMOOTHNESS = 1.0
"""What a pixel of border costs, in opinions of one pixel."""
STEPS = 40
"""Steps of Chambolle's iteration; each one looks a pixel farther."""
SMALL = 0.001
"""Regions are dropped that are weaker than firm ones of this share of the picture."""
TILE = 1024
HALO = STEPS + 24
"""Pixels around a pixel that its smoothed opinion depends on."""


def select(sources, net, white, bar):
    """Fuse two pictures; parameters and result as of `network.network`."""
    if (net.streams, net.channels) != (2, 1):
        raise BadInput("The method select needs a net of two streams and one channel.")
    estimate = _estimate(sources, net, white, bar)
    opinions = _decide(sources, estimate, white)
    mask = drop_small(opinions > 0, SMALL, np.minimum(np.abs(opinions), 1) ** 2)
    fused = np.where(mask[..., None], *sources)
    for tile in tiles(mask.shape, TILE, seam.HALO):
        distance = seam.to_border(mask[tile.outer])
        seams = distance[tile.crop] <= seam.BLEND
        if seams.any():
            pictures = [to_unit(source[tile.outer], white) for source in sources]
            a, b = ((picture, luma(picture)) for picture in pictures)
            maps = (plane[tile.outer] for plane in (opinions, estimate))
            joined = seam.join(a, b, mask[tile.outer], distance, *maps)
            fused[tile.inner][seams] = from_unit(joined[tile.crop][seams], white, fused.dtype)
    return fused


def _decide(sources, estimate, white):
    """H x W, float32: how surely the first source (above 0) or the second is the sharp one."""
    opinions = np.empty(estimate.shape, np.float32)
    for tile in tiles(estimate.shape, TILE, HALO):
        a, b = (luma(to_unit(source[tile.outer], white)) for source in sources)
        both = opinion(a, b, estimate[tile.outer]) + DETAIL_WEIGHT * more_detail(a, b)
        opinions[tile.inner] = smoothed(both)[tile.crop]
    return opinions


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
    return _lead(of_b, of_a, NOISE)


def more_detail(a, b):
    """Tell at each pixel which source has more detail; parameters and result as of `opinion`."""
    of_a, of_b = (
        cv2.GaussianBlur((x - cv2.GaussianBlur(x, (0, 0), DETAIL_SIZE)) ** 2, (0, 0), DETAIL_WINDOW)
        for x in (a, b)
    )
    return _lead(of_a, of_b, DETAIL_NOISE)


def _lead(x, y, noise):
    """Tell which of two strengths is the greater: from -1 over 0 (both within noise) to 1."""
    return (x - y) / (x + y + noise)


def smoothed(opinions):
    """Give regions of one opinion short borders: H x W to H x W, float32."""
    from skimage.restoration import denoise_tv_chambolle  # so late, as it loads much else

    # The names of these settings changed between releases of scikit-image, not their order.
    return denoise_tv_chambolle(opinions, SMOOTHNESS, 0, STEPS)
