"""Steerable pyramid (SP)."""

import math

import numpy as np

from .fusion_rules import choose_max
from .per_channel import per_channel


@per_channel
def fuse(planes, levels=4, bands=4, window=1):
    """Fuse pictures by their steerable pyramids.

    E. P. Simoncelli, W. T. Freeman, "The Steerable Pyramid: a Flexible Architecture for
    Multi-Scale Derivative Computation", ICIP 1995; fusion: Z. Liu, K. Tsukada, K. Hanasaki,
    Y. K. Ho, Y. P. Dai, "Image fusion by using steerable pyramid", Pattern Recognition Letters
    22(9), 2001. The filters are those of J. Portilla, E. P. Simoncelli, IJCV 40(1), 2000, made
    in the frequency domain.

    In each oriented band and in the high-pass residual the coefficient of largest magnitude is
    taken; the low-pass residuals are averaged. The pictures are mirrored at their borders, because
    the transform is periodic.

    Strong edges ring where bands of several pictures are mixed, and halos appear as with
    `laplacian_pyramid`. Values can leave the range of the sources; integers are clipped.

    Parameters
    ----------
    levels : int
        Number of levels of oriented bands.
    bands : int
        Number of orientations; the filters are directional derivatives of order ``bands - 1``.
    window : int
        See `fusion_rules.choose_max`; 1 chooses the largest magnitude alone.
    """
    height, width = planes[0].shape
    margin = 2 << levels
    fill = [(margin, margin + -side % (1 << levels)) for side in (height, width)]
    pyramids = [decompose(np.pad(p, fill, mode="symmetric"), levels, bands) for p in planes]
    *details, low = zip(*pyramids)
    fused = [*(choose_max(detail, window) for detail in details), sum(low) / len(low)]
    fused = reconstruct(fused, bands)
    return fused[margin : margin + height, margin : margin + width]


def decompose(plane, levels, bands):
    """Decompose a plane, treated as periodic, into its steerable pyramid.

    Both sides are multiples of ``2 ** levels``. Returns the high-pass residual, the oriented bands
    of each level from fine to coarse, and the low-pass residual, whose sides are ``2 ** levels``
    times smaller.
    """
    spectrum = np.fft.fft2(plane)
    low, high = _ramps(plane.shape, 1)
    coefficients = [_plane(spectrum * high)]
    spectrum = spectrum * low
    for _ in range(levels):
        low, oriented = _filters(spectrum.shape, bands)
        derived = spectrum * (-1j) ** (bands - 1)
        coefficients += [_plane(derived * band) for band in oriented]
        spectrum = _halved(spectrum * low)
    return [*coefficients, _plane(spectrum)]


def reconstruct(coefficients, bands):
    """Invert `decompose`, up to rounding."""
    high_pass, *oriented, low_pass = coefficients
    spectrum = np.fft.fft2(low_pass)
    while oriented:
        level, oriented = oriented[-bands:], oriented[:-bands]
        low, filters = _filters(level[0].shape, bands)
        derived = sum(np.fft.fft2(c) * f for c, f in zip(level, filters))
        spectrum = _doubled(spectrum) * low + derived * 1j ** (bands - 1)
    low, high = _ramps(high_pass.shape, 1)
    return _plane(spectrum * low + np.fft.fft2(high_pass) * high)


def _filters(shape, bands):
    """Return the low-pass and oriented filters of a level, real; their squares sum to 1."""
    low, high = _ramps(shape, 2)
    y, x = _frequencies(shape)
    angle, order = np.arctan2(y, x), bands - 1
    scale = 2**order / math.sqrt(bands * math.comb(2 * order, order))
    turns = (np.cos(angle - math.pi * band / bands) for band in range(bands))
    # A product, because numpy's power takes four times as long.
    return low, [scale * high * math.prod([turn] * order) for turn in turns]


def _ramps(shape, factor):
    """Return low and high pass that cross in the octave below ``0.5 / factor`` cycles per pixel."""
    radius = np.maximum(np.hypot(*_frequencies(shape)), 1e-9)
    phase = math.pi / 2 * np.clip(np.log2(4 * factor * radius), 0, 1)
    return np.cos(phase), np.sin(phase)


def _frequencies(shape):
    """Return the cycles per pixel along y and x."""
    return np.meshgrid(*(np.fft.fftfreq(side) for side in shape), indexing="ij")


def _plane(spectrum):
    return np.fft.ifft2(spectrum).real


def _halved(spectrum):
    """Return the spectrum of the plane at half the size; frequencies left out are zero already."""
    return spectrum[_low_half(spectrum.shape)] / 4


def _doubled(spectrum):
    """Undo `_halved`."""
    doubled = np.zeros([2 * side for side in spectrum.shape], complex)
    doubled[_low_half(doubled.shape)] = spectrum * 4
    return doubled


def _low_half(shape):
    """Index the lower half of the frequencies along both axes."""
    return np.ix_(*(np.r_[0 : (s + 2) // 4, s - s // 4 : s] for s in shape))
