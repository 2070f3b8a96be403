"""Discrete wavelet transform."""

import pywt

from .fusion_rules import choose_max
from .per_channel import per_channel

BORDER = "symmetric"


@per_channel
def fuse(planes, levels=4, wavelet="db3", window=3):
    """Fuse pictures by their discrete wavelet transforms.

    H. Li, B. S. Manjunath, S. K. Mitra, "Multisensor Image Fusion Using the Wavelet Transform",
    Graphical Models and Image Processing 57(3), 1995.

    In each of the three detail bands of a level the coefficient is taken whose neighbourhood
    holds the largest magnitude, then the choices are made consistent by a majority in the
    neighbourhood (`fusion_rules.choose_max`); of the approximations, the mean. Borders are
    mirrored.

    They leave wavelet and levels open. Of the wavelets of PyWavelets up to order 8, on 3 to 5
    levels, 4 levels of Daubechies 3 come nearest to the public result of this method on the Clock
    pair (yuliu316316/MFIF), and score as it does.

    By its nature, for it is not shift-invariant, it breaks edges into steps and rings along them
    where the choice changes from coefficient to coefficient. It can leave the range of the
    sources; integers are clipped.

    Parameters
    ----------
    levels : int
        Levels of details.
    wavelet : str
        A discrete wavelet of PyWavelets, such as ``haar``, ``db3``, ``sym4``, ``bior4.4``.
    window : int
        See `fusion_rules.choose_max`; 1 is the plain choice of the largest magnitude.

    Notes
    -----
    Any number of pictures in any order; colour plane by plane; any size.
    """
    return _fuse_levels(planes, levels, wavelet, window)


def _fuse_levels(planes, levels, wavelet, window):
    if levels == 0:
        return sum(planes) / len(planes)
    bases, details = zip(*(pywt.dwt2(plane, wavelet, BORDER) for plane in planes))
    base = _fuse_levels(bases, levels - 1, wavelet, window)
    details = tuple(choose_max(band, window) for band in zip(*details))
    height, width = planes[0].shape
    return pywt.idwt2((base, details), wavelet, BORDER)[:height, :width]
