"""Super-resolution by a convolutional network, then fusion in the stationary wavelet domain."""

import numpy as np
import pywt

from ..data.srcnn_patches import FACTOR
from ..engines import load
from ..io.pixels import enlarged
from ..nets.pretrained import SRCNN_NET, SRCNN_WEIGHTS
from ..nets.srcnn import MARGIN
from .fusion_rules import choose_max
from .mirrored import mirrored_tiles
from .per_channel import per_channel


@per_channel
def fuse(planes, levels=5, wavelet="db1", window=3, engine="auto", tile=256):
    """Fuse pictures that a network has lifted to twice their size.

    J. Zhong, B. Yang, Y. Li, F. Zhong, Z. Chen, "Image Fusion and Super-Resolution with
    Convolutional Neural Network", CCPR 2016: an SRCNN (`nets.srcnn`) lifts the sources, their
    stationary wavelet transforms are fused. In the details the coefficient is taken whose
    neighbourhood holds the largest magnitude (`fusion_rules.choose_max`); of the approximations,
    the mean. The network was trained by this toolkit, see weights/README.md.

    Here the fused picture has the size of the sources: it is the mean of each 2 x 2 pixels. So
    that nothing but the fusion changes them, the lifted sources are made to agree with the
    sources in these means.

    By its nature it rings a little along edges where the choice changes between the sources, and
    it can leave their range; integers are clipped.

    Parameters
    ----------
    levels : int
        Levels of details of the lifted pictures: of the sources, one less.
    wavelet : str
        A discrete wavelet of PyWavelets, such as ``db1``, ``db3``, ``bior4.4``.
    window : int
        See `fusion_rules.choose_max`.
    engine : str
        See `engines.load`.
    tile : int
        Side of the tiles in pixels of the lifted pictures; it bounds the memory.

    Notes
    -----
    Any number of pictures in any order; colour plane by plane; any size.
    """
    net = load(SRCNN_NET, SRCNN_WEIGHTS, engine)
    return _mean_of_blocks(
        _fuse_wavelets([lift(net, p, tile) for p in planes], levels, wavelet, window)
    )


def lift(net, plane, tile=256):
    """Double a plane's sides by super-resolution.

    Parameters
    ----------
    net : Net
        Of prototxt/srcnn/deploy.prototxt.
    plane : numpy.ndarray
        H x W in [0, 1].
    tile : int
        Side of the tiles in pixels.

    Returns
    -------
    numpy.ndarray
        2H x 2W, float64; the mean of each 2 x 2 pixels is the plane's pixel.
    """
    shape = [FACTOR * length for length in plane.shape]
    bicubic = enlarged(plane.astype(np.float32), shape)
    lifted = np.empty(shape)
    for inner, outputs in mirrored_tiles(net, [bicubic], MARGIN, tile):
        lifted[inner] = outputs["lifted"][0, 0]
    missing = plane - _mean_of_blocks(lifted)
    return lifted + missing.repeat(FACTOR, axis=0).repeat(FACTOR, axis=1)


def _mean_of_blocks(plane):
    height, width = (length // FACTOR for length in plane.shape)
    return plane.reshape(height, FACTOR, width, FACTOR).mean(axis=(1, 3))


def _fuse_wavelets(planes, levels, wavelet, window):
    """Fuse by the transforms of planes that are filled up to whole blocks of all levels."""
    height, width = planes[0].shape
    border = 2**levels
    fill = [(border, border + -length % border) for length in (height, width)]
    transforms = [
        pywt.swt2(np.pad(plane, fill, mode="symmetric"), wavelet, levels, trim_approx=True)
        for plane in planes
    ]
    (*bases,), *details = zip(*transforms)
    fused = [sum(bases) / len(bases)]
    fused += [tuple(choose_max(band, window) for band in zip(*level)) for level in details]
    inside = slice(border, border + height), slice(border, border + width)
    return pywt.iswt2(fused, wavelet)[inside]
