"""Ratio-of-low-pass pyramid."""

import numpy as np

from .per_channel import per_channel
from .pyramid import fuse_pyramids
from .shift_positive import shift_positive


@per_channel
@shift_positive
def fuse(planes, levels=4, window=1):
    """Fuse pictures by the ratios of successive levels of their Gaussian pyramids.

    A. Toet, "Image fusion by a ratio of low-pass pyramid", Pattern Recognition Letters 9(4), 1989.

    Of the ratios R at a place the one furthest from 1 is taken, and the mean of the coarsest
    levels. "Furthest" is the largest abs(log R) here, so that a detail half as bright as its
    surroundings counts as much as one twice as bright; by abs(R - 1) the method is the same as
    `contrast_pyramid`. The filter is [1 4 6 4 1] / 16, the border mirrored, and one level of 8
    bits is added before and taken off after, against division by zero.

    A widely used toolbox takes the largest R instead, which loses every detail that is darker
    than its surroundings; that is not Toet's rule.

    By its nature it favours details in the dark, where ratios are large: noise and misalignment
    there are amplified. Details are as bright as the averaged coarsest level makes them: far too
    bright or too dark where the sources are of quite different brightness. Else it behaves as
    `laplacian_pyramid`, halos included.

    Parameters
    ----------
    levels, window : int
        As of `laplacian_pyramid`.

    Notes
    -----
    Any number of pictures in any order; colour plane by plane; any size.
    """
    return fuse_pyramids(planes, levels, window, _log_ratio, _undo)


def _log_ratio(plane, smooth):
    return np.log(plane / smooth)


def _undo(log_ratio, smooth):
    return np.exp(log_ratio) * smooth
