"""Directional filters of the nonsubsampled shearlet transform.

G. Easley, D. Labate, W.-Q. Lim, "Sparse directional image representations using the discrete
shearlet transform", Applied and Computational Harmonic Analysis 25(1), 2008. They have Meyer
windows over the slopes of the pseudo-polar grid, as filters of small support. Here the windows are
evaluated on the Cartesian grid, where they sum to 1 without normalisation.
"""

import numpy as np


def shear_filters(size, directions):
    """Compute the directional filters of a level, `size` pixels on each side, an even number.

    Return directions x size x size, float64, with the origin at ``[size // 2, size // 2]``. The
    filters sum to the unit impulse.
    """
    y, x = np.meshgrid(np.fft.fftfreq(size), np.fft.fftfreq(size), indexing="ij")
    turn = _turn(y, x) * directions / 4
    centres = np.arange(directions)[:, None, None] + 0.5
    windows = _meyer_window((turn - centres + directions / 2) % directions - directions / 2)
    windows[:, 0, 0] = 1 / directions  # the zero frequency has no direction
    return np.fft.fftshift(np.fft.ifft2(windows).real, axes=(1, 2))


def shears(shape, size, directions):
    """Yield the directional filters of a level, as of `shear_filters`, for planes of `shape`.

    Each is a pair: the frequency response of the analysis, in the layout of `numpy.fft.rfft2`, and
    that of the synthesis, 1.
    """
    for shear in shear_filters(size, directions):
        plane = np.zeros(shape)
        plane[:size, :size] = shear
        yield np.fft.rfft2(np.roll(plane, (-(size // 2), -(size // 2)), (0, 1))), 1.0


def _turn(y, x):
    """Return the direction of a frequency, from 0 to 4 over half a turn, linear in the slope.

    The slope is x / y from 0 to 2, and y / x from 2 to 4.
    """
    longer = np.maximum(np.maximum(np.abs(y), np.abs(x)), 1e-12)
    sign = np.where(np.abs(x) <= np.abs(y), np.sign(y), np.sign(x))
    slopes = y * sign / longer, x * sign / longer
    return np.where(np.abs(x) <= np.abs(y), 1 + slopes[1], 3 - slopes[0])


def _meyer_window(distance):
    """Return a Meyer window of width 1 that overlaps its neighbours by a third on either side."""
    t = np.clip(3 * np.abs(distance) - 1, 0, 1)
    return np.cos(np.pi / 2 * t**4 * (35 - 84 * t + 70 * t**2 - 20 * t**3)) ** 2
