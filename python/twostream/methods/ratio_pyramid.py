"""Ratio-of-low-pass pyramid (RP)."""

import numpy as np

from .per_channel import per_channel
from .pyramid import fuse_pyramids
from .shift_positive import shift_positive


@per_channel
@shift_positive
def fuse(planes, levels=4, window=1):
    """Fuse pictures by the ratios of successive levels of their Gaussian pyramids.

    A. Toet, "Image fusion by a ratio of low-pass pyramid", Pattern Recognition Letters 9(4), 1989.

    At each pixel the ratio R furthest from 1 is taken; the coarsest levels are averaged.
    "Furthest" means the largest abs(log R) here, so that a detail half as bright as its
    surroundings counts as much as one twice as bright. With abs(R - 1) the method would be the
    same as `contrast_pyramid`. The filter is [1 4 6 4 1] / 16, borders are mirrored, and to avoid
    division by zero one 8-bit gray level is added before fusion and subtracted after it.

    A widely used toolbox takes the largest R instead, which loses every detail darker than its
    surroundings. That is not Toet's rule.

    Ratios are large in dark regions, so noise and misalignment there are amplified. Where the
    brightness of the sources differs much, details are far too bright or too dark, because they
    are multiplied by the averaged coarsest level. Halos appear as with `laplacian_pyramid`.

    Parameters
    ----------
    levels, window : int
        See `laplacian_pyramid`.

    Notes
    -----
    Takes any number of pictures, in any order and of any size. Colour channels are fused
    independently.
    """
    return fuse_pyramids(planes, levels, window, _log_ratio, _undo)


def _log_ratio(plane, smooth):
    return np.log(plane / smooth)


def _undo(log_ratio, smooth):
    return np.exp(log_ratio) * smooth
