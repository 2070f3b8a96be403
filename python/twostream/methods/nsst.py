"""Nonsubsampled shearlet transform."""

from functools import partial

from .nonsubsampled import fuse_bands
from .per_channel import per_channel
from .shearlet import shears


@per_channel
def fuse(planes, directions=(8, 8, 16, 16), sizes=(8, 8, 16, 16)):
    """Fuse pictures by their nonsubsampled shearlet transforms.

    The transform is that of G. Easley, D. Labate, W.-Q. Lim, "Sparse directional image
    representations using the discrete shearlet transform", Applied and Computational Harmonic
    Analysis 25(1), 2008; Q. Miao, C. Shi, P. Xu, M. Yang, Y. Shi, "A novel algorithm of image
    fusion using shearlets", Optics Communications 284(6), 2011, brought shearlets to fusion.
    The rule is the one of `nsct`, told in `nonsubsampled.fuse_bands`, so that the two compare the
    transforms alone; it scores higher than the choice of the largest magnitude.

    The pyramid is ``maxflat``, as in the authors' code; directions and sizes are those usual in
    fusion. The pictures are mirrored around themselves, and filtered in the frequency domain.

    By its nature, contrasts spread a little beyond the border of focus, where bands of several
    pictures are mixed. It can leave the range of the sources; integers are clipped.

    Parameters
    ----------
    directions : sequence of int
        Directions of each level, from coarse to fine, 2 or more.
    sizes : sequence of int
        Sides of the support of their filters in pixels, even.

    Notes
    -----
    Any number of pictures in any order; colour plane by plane; any size.
    """
    fine_first = zip(reversed(sizes), reversed(directions))
    return fuse_bands(planes, [partial(shears, size=s, directions=d) for s, d in fine_first])
