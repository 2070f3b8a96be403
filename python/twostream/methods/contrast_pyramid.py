"""Contrast pyramid."""

from .per_channel import per_channel
from .pyramid import fuse_pyramids
from .shift_positive import shift_positive


@per_channel
@shift_positive
def fuse(planes, levels=4, window=1):
    """Fuse pictures by the local contrast between successive levels of their Gaussian pyramids.

    A. Toet, L. J. van Ruyven, J. M. Valeton, "Merging thermal and visual images by a contrast
    pyramid", Optical Engineering 28(7), 1989.

    The contrast is C = R - 1, R the ratio of a level to the next coarser one, expanded. The
    contrast of largest magnitude is taken at each place, and the mean of the coarsest levels. The
    filter is [1 4 6 4 1] / 16, the border mirrored, and one level of 8 bits is added before and
    taken off after, against division by zero.

    By its nature it favours bright details before dark ones of the same ratio. Else it behaves as
    `ratio_pyramid`.

    Parameters
    ----------
    levels, window : int
        As of `laplacian_pyramid`.

    Notes
    -----
    Any number of pictures in any order; colour plane by plane; any size.
    """
    return fuse_pyramids(planes, levels, window, _contrast, _undo)


def _contrast(plane, smooth):
    return plane / smooth - 1


def _undo(contrast, smooth):
    return (contrast + 1) * smooth
