"""Contrast pyramid (CP)."""

from .per_channel import per_channel
from .pyramid import fuse_pyramids, shift_positive


@per_channel
@shift_positive
def fuse(planes, levels=4, window=1):
    """Fuse pictures by the local contrast between successive levels of their Gaussian pyramids.

    A. Toet, L. J. van Ruyven, J. M. Valeton, "Merging thermal and visual images by a contrast
    pyramid", Optical Engineering 28(7), 1989.

    The contrast is C = R - 1, where R is the ratio of a level to the next coarser one, expanded.
    At each pixel the contrast of largest magnitude is taken; the coarsest levels are averaged. The
    filter is [1 4 6 4 1] / 16, borders are mirrored, and to avoid division by zero one 8-bit gray
    level is added before fusion and subtracted after it.

    Bright details are preferred to dark ones of the same ratio. Otherwise the method has the
    weaknesses of `ratio_pyramid`.

    Parameters
    ----------
    levels, window : int
        See `laplacian_pyramid`.
    """
    return fuse_pyramids(
        planes, levels, window, lambda a, smooth: a / smooth - 1, lambda c, smooth: (c + 1) * smooth
    )
