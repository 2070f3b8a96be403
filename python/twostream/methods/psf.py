"""Relative point spread functions (PSFs)."""

import cv2
import numpy as np

from .per_channel import luma_guided
from .small_regions import drop_small

SIGMAS = np.geomspace(0.3, 12, 40)
"""Candidate standard deviations of the blur in pixels, 10 % apart."""
STEP = 4
"""The blurs are estimated on every fourth row and column."""
WINDOW = 8
"""Standard deviation, in pixels, of the window over the differences where blurs are estimated."""


@luma_guided
def fuse(pictures, lumas, window=0.0, small=0.0):
    """Fuse pictures by blurring each one to predict the other.

    V. Aslantas, A. N. Toprak, "A pixel based multi-focus image fusion method", Optics
    Communications 332, 2014, and "Multi focus image fusion by differential evolution algorithm",
    SciTePress 2014. Where a region is sharp in one picture and blurred in the other, blurring the
    first with the point spread function (PSF) of the second makes them equal. Both PSFs are
    Gaussians, estimated from the pictures. Each picture is blurred with the PSF of the other. Each
    pixel is taken from the picture whose blurred version differs less from the other picture there
    (the second paper's Eqs. 10 and 11).

    The papers estimate the PSFs with general optimisers and do not give the objective. Here all
    pairs of 40 standard deviations are tried. The objective is the sum, over the pixels, of the
    smaller of the two squared differences, averaged under a Gaussian window. This is exact up to
    the grid and needs no start value.

    Single pixels agree by chance, so the decision map is noisy in smooth regions. The options
    ``window=4,small=0.01``, which are not in these papers and are off by default, average the
    differences under a window and remove small regions of the map. They replace the morphology of
    the authors' "Multi-focus image fusion based on optimal defocus estimation", Computers and
    Electrical Engineering 62, 2017.

    The boundary of focus becomes a hard edge. Each picture is assumed to have the same blur at all
    depths out of focus. Every output pixel is a pixel of one of the sources.

    Parameters
    ----------
    window : float
        Standard deviation, in pixels, of the window over the differences that are compared; 0
        compares each pixel by itself.
    small : float
        Regions of the map smaller than this share of the picture are removed; 0 keeps all.

    Notes
    -----
    More than two pictures are fused one after another, so their order can matter; the order of two
    matters only where they tie. The decision is made on the luma and used for all channels.
    """
    picture, luma = pictures[0], lumas[0]
    for other, other_luma in zip(pictures[1:], lumas[1:]):
        of_b, of_a = relative_blurs(luma, other_luma, WINDOW)
        left = _difference(luma, other_luma, of_b, window)
        sharp = drop_small(left < _difference(other_luma, luma, of_a, window), small)
        picture = np.where(sharp[..., None], picture, other)
        luma = np.where(sharp, luma, other_luma)
    return picture


def relative_blurs(a, b, window):
    """Estimate the blur of each plane where the other is sharp.

    Return the standard deviations of the blur of `b` where `a` is sharp, and of `a` where `b` is.
    `window` is the standard deviation of the window over the differences. All are in pixels.
    """
    of_b, of_a = (
        [_difference(*pair, sigma, window)[::STEP, ::STEP] for sigma in SIGMAS]
        for pair in ((a, b), (b, a))
    )
    errors = [[np.minimum(p, q).sum() for q in of_a] for p in of_b]
    best = np.unravel_index(np.argmin(errors), np.shape(errors))
    return tuple(float(SIGMAS[index]) for index in best)


def _difference(sharp, blurred, sigma, window):
    """Return the squared difference after a blur of `sigma`, averaged under the window."""
    difference = (cv2.GaussianBlur(sharp, (0, 0), sigma) - blurred) ** 2
    return cv2.GaussianBlur(difference, (0, 0), window) if window else difference
