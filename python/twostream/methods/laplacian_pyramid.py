"""Laplacian pyramid (LP)."""

from operator import add, sub

from .per_channel import per_channel
from .pyramid import fuse_pyramids


@per_channel
def fuse(planes, levels=4, window=1):
    """Fuse pictures by their Laplacian pyramids.

    P. J. Burt, E. H. Adelson, "The Laplacian Pyramid as a Compact Image Code", IEEE Trans. Commun.
    31(4), 1983; P. J. Burt, "The Pyramid as a Structure for Efficient Computation", 1984 (fusion).

    At each pixel the Laplacian of largest magnitude is taken; the coarsest Gaussian levels are
    averaged. The filter is [1 4 6 4 1] / 16. The papers do not specify the border; here it is
    mirrored.

    Soft halos appear around strong edges that are blurred in one picture, because the blur extends
    beyond the edge. Structures larger than the coarsest level lose contrast, because that level is
    averaged. Values can slightly leave the range of the sources; integers are clipped.

    Parameters
    ----------
    levels : int
        Number of detail levels; 4 is usual for pictures of 512 pixels.
    window : int
        1 as in the papers; 3 or 5 for the area rule of `fusion_rules.choose_max`, which is more
        reliable in noise and near blurred edges.
    """
    return fuse_pyramids(planes, levels, window, sub, add)
