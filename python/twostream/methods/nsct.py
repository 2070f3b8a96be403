"""Nonsubsampled contourlet transform (NSCT)."""

from functools import partial

from .contourlet import wedges
from .nonsubsampled import fuse_bands
from .per_channel import per_channel


@per_channel
def fuse(planes, directions=(4, 8, 8, 16), progress=False):
    """Fuse pictures by their nonsubsampled contourlet transforms.

    Q. Zhang, B. L. Guo, "Multifocus image fusion using the nonsubsampled contourlet transform",
    Signal Processing 89(7), 2009, with the transform of A. L. da Cunha, J. Zhou, M. N. Do, IEEE
    Transactions on Image Processing 15(10), 2006. `nonsubsampled.fuse_bands` describes the
    fusion rule and the settings that the paper leaves open.

    Levels, directions and the short fan filters (``vk``) are usual in fusion since S. Li, B. Yang,
    J. Hu, "Performance comparison of different multi-resolution transforms for image fusion",
    Information Fusion 12(2), 2011. The pyramid is ``maxflat``; their ``pyrexc`` scored half a
    decibel less on pairs with known truth. The pictures are mirrored at their borders and filtered
    in the frequency domain.

    Near boundaries of focus, bands of several images are mixed, and contrasts spread a little
    beyond the boundary. Values can leave the range of the sources; integers are clipped.

    Parameters
    ----------
    directions : sequence of int
        Number of directions of each level, from coarse to fine: powers of two, 2 or more.
    progress : bool or callable
        Whether to show a progress bar on a terminal, or a function, see `progress.Bar`.
    """
    fine_first = enumerate(reversed(directions))
    banks = [partial(wedges, level=k, directions=d) for k, d in fine_first]
    return fuse_bands(planes, banks, sum(directions), progress)
