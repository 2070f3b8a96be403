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
    """Fuse pictures that a network has upscaled to twice their size.

    J. Zhong, B. Yang, Y. Li, F. Zhong, Z. Chen, "Image Fusion and Super-Resolution with
    Convolutional Neural Network", CCPR 2016: an SRCNN (`nets.srcnn`) upscales the sources, and
    their stationary wavelet transforms are fused. For the details, the source is chosen whose
    neighbourhood has the largest magnitude (`fusion_rules.choose_max`); the approximations are
    averaged. The network was trained with this toolkit, see weights/README.md.

    Here the fused picture is reduced to the size of the sources by averaging 2 x 2 pixels. The
    upscaled sources are corrected to have the sources' pixels as these averages, so that only the
    fusion changes the picture.

    Edges ring a little where the choice changes between the sources. Values can leave the range of
    the sources; integers are clipped.

    Parameters
    ----------
    levels : int
        Number of detail levels of the upscaled pictures (one more than of the sources).
    wavelet : str
        Name of a discrete wavelet of PyWavelets, such as ``db1``, ``db3``, ``bior4.4``.
    window : int
        See `fusion_rules.choose_max`.
    engine : str
        See `engines.load`.
    tile : int
        Side of the tiles, in pixels of the upscaled pictures. It limits the memory used.

    Notes
    -----
    Takes any number of pictures, in any order and of any size. Colour channels are fused
    independently.
    """
    net = load(SRCNN_NET, SRCNN_WEIGHTS, engine)
    return _mean_of_blocks(
        _fuse_wavelets([lift(net, p, tile) for p in planes], levels, wavelet, window)
    )


def lift(net, plane, tile=256):
    """Upscale a plane to twice its size by super-resolution.

    Parameters
    ----------
    net : Net
        Network of prototxt/srcnn/deploy.prototxt.
    plane : numpy.ndarray
        H x W in [0, 1].
    tile : int
        Side of the tiles in pixels.

    Returns
    -------
    numpy.ndarray
        2H x 2W, float64; the mean of each 2 x 2 block is the pixel of `plane`.
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
    """Fuse wavelet transforms of the planes, extended by mirroring to multiples of 2**levels."""
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
