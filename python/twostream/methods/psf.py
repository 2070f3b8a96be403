"""Relative point spread functions."""

import cv2
import numpy as np

from ..fusion.small_regions import drop_small
from .per_channel import luma_guided

SIGMAS = np.geomspace(0.3, 12, 40)
"""Blurs that are tried, 10 % apart: standard deviations in pixels."""
STEP = 4
"""One in so many rows and columns takes part in the estimate of the blurs."""


@luma_guided
def fuse(pictures, lumas, window=4.0, small=0.01):
    """Fuse pictures by how well each, blurred, explains the other.

    V. Aslantas, A. N. Toprak, "A pixel based multi-focus image fusion method", Optics
    Communications 332, 2014, and "Multi-focus image fusion based on optimal defocus estimation",
    Computers and Electrical Engineering 62, 2017: what is sharp in one picture and blurred in
    the other is the same in both once the first is blurred by the point spread function of the
    second. Both functions are Gaussians, estimated from the pictures; each picture is blurred
    by the one of the other, and a pixel comes from the picture whose blurred version differs
    less from the other picture. Morphology cleans the map of choices.

    The papers estimate the functions by general optimisers; their objective we do not know. Here
    all pairs of 40 standard deviations are tried, and that pair is taken which explains the
    pictures best, every place by the better of the two: exact up to the grid, and without a start
    value. We chose too: squared differences under a Gaussian window, for single pixels agree by
    chance; as morphology, the removal of small regions.

    By its nature the border of focus is a hard edge, and each picture has one blur for all depths
    out of focus. No new pixel values arise.

    Parameters
    ----------
    window : float
        Standard deviation in pixels of the window over the differences.
    small : float
        Share of the picture below which a region of the map is given to what surrounds it.

    Notes
    -----
    More than two pictures are folded from first to last, so their order can matter; of two it
    matters only where they tie. The luma decides for all channels; any size.
    """
    picture, luma = pictures[0], lumas[0]
    for other, other_luma in zip(pictures[1:], lumas[1:]):
        sharp = _sharp_in_first(luma, other_luma, window, small)
        picture = np.where(sharp[..., None], picture, other)
        luma = np.where(sharp, luma, other_luma)
    return picture


def relative_blurs(a, b, window):
    """Estimate by how much what is sharp in one plane is blurred in the other.

    Parameters
    ----------
    a, b : numpy.ndarray
        H x W.
    window : float
        Standard deviation in pixels.

    Returns
    -------
    of_b, of_a : float
        Standard deviations in pixels: of what `a` has sharp in `b`, and the other way round.
    """
    of_b, of_a = (_sampled_differences(*pair, window) for pair in ((a, b), (b, a)))
    errors = [[np.minimum(p, q).sum() for q in of_a] for p in of_b]
    best = np.unravel_index(np.argmin(errors), np.shape(errors))
    return tuple(float(SIGMAS[index]) for index in best)


def _sharp_in_first(a, b, window, small):
    of_b, of_a = relative_blurs(a, b, 2 * window)  # broader, for nothing cleans the estimate
    return drop_small(_difference(a, b, of_b, window) < _difference(b, a, of_a, window), small)


def _sampled_differences(sharp, blurred, window):
    return [_difference(sharp, blurred, sigma, window)[::STEP, ::STEP] for sigma in SIGMAS]


def _difference(sharp, blurred, sigma, window):
    """Windowed square of what a blur of `sigma` leaves unexplained."""
    difference = cv2.GaussianBlur(sharp, (0, 0), sigma) - blurred
    return cv2.GaussianBlur(difference**2, (0, 0), window)
