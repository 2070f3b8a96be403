"""Laplacian pyramid."""

from operator import add, sub

from .per_channel import per_channel
from .pyramid import fuse_pyramids


@per_channel
def fuse(planes, levels=4, window=1):
    """Fuse pictures by their Laplacian pyramids.

    P. J. Burt, E. H. Adelson, "The Laplacian Pyramid as a Compact Image Code", IEEE Trans. Commun.
    31(4), 1983; P. J. Burt, "The Pyramid as a Structure for Efficient Computation", 1984 (fusion).

    The Laplacian of largest magnitude is taken at each place, and the mean of the coarsest
    Gaussian levels. Their filter is [1 4 6 4 1] / 16. They leave the border open: we mirror it.

    By its nature it lays soft halos around strong edges that are blurred in one picture, whose
    blur reaches beyond the edge, and it lowers the contrast of structures larger than the
    coarsest level, which are averaged. It can leave the range of the sources a little; integers
    are clipped.

    Parameters
    ----------
    levels : int
        Levels of details; 4 is usual for pictures of 512 pixels.
    window : int
        1 as in the originals. 3 or 5 is the area rule of `fusion_rules.choose_max`, which follows
        the focus better where noise or blurred edges compete.

    Notes
    -----
    Any number of pictures in any order; colour plane by plane; any size.
    """
    return fuse_pyramids(planes, levels, window, sub, add)
