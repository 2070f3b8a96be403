"""Fusion by a nonsubsampled pyramid whose levels are split by direction.

Contourlets and shearlets share this pyramid and fusion rule and differ in their directional
filters. All bands keep the full size (so the transform is shift-invariant) and are filtered in
the frequency domain.
"""

import cv2
import numpy as np

from ..progress import Bar

MARGIN = 8
"""Planes are mirrored at their borders by ``MARGIN << levels`` pixels, the reach of the filters."""
SQUARE = np.ones((3, 3))
"""Window of the consistency check of the choices."""
CLARITY = (9, 9)
"""Window over which the clarity of the sources is averaged."""
SIMILAR = 0.8
"""Sources whose clarity is at least this share of the largest one are averaged in the base."""
DARKEST = 1 / 255
"""Lower bound of the background that a contrast is divided by."""
ROUNDING = 1e-6
"""Smaller differences count as ties: absolute for clarity, relative for activity."""


def fuse_bands(planes, banks, count=0, progress=False):
    """Fuse planes, H x W, float64 in [0, 1], band by band; equal ones stay, up to rounding.

    The rule follows Q. Zhang, B. L. Guo, "Multifocus image fusion using the nonsubsampled
    contourlet transform", Signal Processing 89(7), 2009, as far as its abstract describes it. The
    activity of a detail is its contrast (magnitude divided by background) times the standard
    deviation of the magnitudes over all directions. Each detail is taken from the source with the
    largest activity. The clarity of a source is the length of its vector of details over the
    directions. The base is taken from the source with the largest clarity, and averaged where
    clarities are similar.

    The abstract leaves some settings open. Here activity is the maximum over 3 x 3 pixels, followed
    by a majority vote over 3 x 3 choices (Li, Manjunath, Mitra 1995). Clarity is summed over the
    levels and averaged over 9 x 9 pixels, and is similar from 80 % of the largest.

    There is a bank for each level, from fine to coarse: ``bank(shape)`` returns the directional
    filters for a plane of that shape. They are pairs (analysis, synthesis) of frequency responses
    in the layout of `numpy.fft.rfft2`, and their products sum to 1. `count` is the number of
    filters of all banks, `progress` is as in `progress.Bar`.
    """
    height, width = planes[0].shape
    margin = MARGIN << len(banks)
    mirrored = np.stack([_mirrored(plane, margin) for plane in planes])
    spectra, clarity = np.fft.rfft2(mirrored), np.zeros(mirrored.shape)
    with Bar("fuse", 2 * count, progress) as bar:
        spectrum = _fused_spectrum(spectra, mirrored.shape[1:], banks, 0, clarity, bar)
    fused = np.fft.irfft2(spectrum, mirrored.shape[1:])
    return fused[margin : margin + height, margin : margin + width]


def pyramid_filters(shape, level):
    """Return the filters of a level: ``maxflat`` of the Nonsubsampled Contourlet Toolbox.

    A. L. da Cunha, J. Zhou, M. N. Do, "The Nonsubsampled Contourlet Transform: Theory, Design, and
    Applications", IEEE Transactions on Image Processing 15(10), 2006: a pair of prototype
    polynomials and a maximally flat mapping of four vanishing moments. Level 0 is the finest; the
    filters are dilated by ``2 ** level``. The result are low, high, low_back and high_back,
    frequency responses of analysis and synthesis in the layout of `numpy.fft.rfft2`;
    ``low * low_back + high * high_back`` is 1.
    """
    rows, columns = (_flat_half_band(w) for w in frequencies(shape, level))
    mapping = 2 * rows * columns - 1
    return (
        _prototype(mapping),
        _prototype_back(-mapping),
        _prototype_back(mapping),
        _prototype(-mapping),
    )


def frequencies(shape, level):
    """Return radians per pixel along y (H x 1) and x (1 x W / 2 + 1), times ``2 ** level``."""
    scale = 2 * np.pi * 2**level
    return scale * np.fft.fftfreq(shape[0])[:, None], scale * np.fft.rfftfreq(shape[1])[None]


def _mirrored(plane, margin):
    ends = (cv2.getOptimalDFTSize(side + 2 * margin) - side - margin for side in plane.shape)
    return np.pad(plane, [(margin, end) for end in ends], mode="symmetric")


def _fused_spectrum(spectra, shape, banks, level, clarity, bar):
    """Fuse this level and all coarser ones; `clarity` is the sum over the finer levels."""
    if not banks:
        return np.fft.rfft2(_fused_base(np.fft.irfft2(spectra, shape), clarity))
    low, high, low_back, high_back = pyramid_filters(shape, level)
    background = np.fft.irfft2(spectra * low, shape)
    bank = list(banks[0](shape))
    bands = [
        _counted(bar, np.fft.irfft2(spectra * (high * analysis), shape)) for analysis, _ in bank
    ]
    clarity = clarity + np.sqrt(sum(band**2 for band in bands))
    details = sum(
        _counted(bar, np.fft.rfft2(band) * synthesis)
        for band, (_, synthesis) in zip(_fused_bands(bands, background), bank)
    )
    base = _fused_spectrum(spectra * low, shape, banks[1:], level + 1, clarity, bar)
    return base * low_back + details * high_back


def _counted(bar, band):
    bar.update()
    return band


def _fused_bands(bands, background):
    spread = np.std([np.abs(band) for band in bands], axis=0)
    weight = spread / np.maximum(background, DARKEST)
    return (_chosen(band, np.abs(band) * weight) for band in bands)


def _chosen(details, activity):
    nearby = np.stack([cv2.dilate(plane, SQUARE) for plane in activity])
    votes = np.stack([cv2.filter2D(plane, -1, SQUARE) for plane in _best(nearby)])
    return (_best(votes) * details).sum(axis=0)


def _best(scores, share=1 - ROUNDING):
    """Weight the sources at each pixel: equally from `share` of the best score on."""
    best = (scores >= share * scores.max(axis=0)).astype(np.float64)
    return best / best.sum(axis=0)


def _fused_base(bases, clarity):
    nearby = np.stack([cv2.blur(plane, CLARITY) for plane in clarity])
    return (_best(nearby + ROUNDING, SIMILAR) * bases).sum(axis=0)


def _flat_half_band(w):
    """Return the frequency response of the 1-D low pass (-1 0 9 16 9 0 -1) / 32."""
    y = np.sin(w / 2) ** 2
    return (1 - y) ** 2 * (1 + 2 * y)


def _prototype(x):
    root = np.sqrt(2)
    return (1 + x) * (root + (1 - root) * x) / 2


def _prototype_back(x):
    root = np.sqrt(2)
    return (1 + x) * (root + (4 - 3 * root) * x + (2 * root - 3) * x**2) / 2
