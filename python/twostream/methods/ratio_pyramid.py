"""Ratio-of-low-pass pyramid (RP)."""

from operator import mul, truediv

import numpy as np

from ..names import lookup
from .per_channel import per_channel
from .pyramid import fuse_pyramids, shift_positive


@per_channel
@shift_positive
def fuse(planes, levels=4, window=1, rule="toet"):
    """Fuse pictures by the ratios of successive levels of their Gaussian pyramids.

    A. Toet, "Image fusion by a ratio of low-pass pyramid", Pattern Recognition Letters 9(4), 1989.

    At each pixel one of the ratios R is taken; the coarsest levels are averaged. The filter is
    [1 4 6 4 1] / 16, borders are mirrored, and to avoid division by zero one 8-bit gray level is
    added before fusion and subtracted after it.

    The rule ``toet`` is the paper's: the R furthest from 1. "Furthest" means the largest
    abs(log R) here, so that a detail half as bright as its surroundings counts as much as one
    twice as bright. With abs(R - 1) the method would be the same as `contrast_pyramid`.

    The rule ``toolbox`` is that of the function ``fuse_rat`` of O. Rockinger's MATLAB toolbox
    (1999), which many public codes copy: the largest R. It loses details darker than their
    surroundings. The scores of RP in Xu et al. 2018 fit this rule better.

    Ratios are large in dark regions, so noise and misalignment there are amplified. Where the
    brightness of the sources differs much, details are far too bright or too dark, because they
    are multiplied by the averaged coarsest level. Halos appear as with `laplacian_pyramid`.

    Parameters
    ----------
    levels, window : int
        See `laplacian_pyramid`.
    rule : str
        ``toet`` or ``toolbox``.

    Raises
    ------
    BadInput
        If there is no such rule.
    """
    return fuse_pyramids(planes, levels, window, *lookup(rule, RULES, "rule of the ratio pyramid"))


RULES = {
    "toet": (
        lambda plane, smooth: np.log(plane / smooth),
        lambda log, smooth: np.exp(log) * smooth,
    ),
    "toolbox": (truediv, mul),
}
"""Rule -> function to the compared magnitude, and its inverse."""
