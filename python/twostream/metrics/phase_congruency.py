"""Phase congruency of a picture, by Kovesi's log-Gabor filters."""

import numpy as np
from scipy.fft import fft2, ifft2

SCALES = 4
ORIENTATIONS = 6
_WAVELENGTH = 3  # pixels, of the finest scale
_FACTOR = 2.1  # from a scale to the next
_BANDWIDTH = 0.55  # deviation of a log-Gabor filter over its centre frequency
_ANGLE = np.pi / ORIENTATIONS / 1.2  # deviation of a filter's angle
_NOISE_DEVIATIONS = 2.0
_NOISE_TOO_HIGH = 1.7  # factor by which the noise is overestimated, found by the author
_SPREAD = 0.5  # share of the scales below which congruency counts less
_SHARPNESS = 10
_EPSILON = 1e-4


def phase_congruency(plane):
    """Return phase congruency and its largest and smallest moment over the orientations.

    The filters have 4 scales (wavelengths from 3 pixels, in steps of 2.1) and 6 orientations. The
    noise threshold and the weight for the spread of frequencies are those of Kovesi's code. Call
    it through `Plane.once`; the plane is treated as periodic. Return congruency (0 to 1), largest
    moment (of edges) and smallest moment (of corners), 3 x H x W.

    P. Kovesi, "Image features from phase congruency", Videre 1(3), 1999; "Phase congruency detects
    corners and edges", DICTA 2003. Public code: `myphasecong3` of zhengliu6699/imageFusionMetrics.
    """
    spectrum = fft2(plane.values)
    radial, (y, x) = _radial_filters(plane.values.shape), _frequencies(plane.values.shape)
    directions = np.arctan2(-y, x)
    energies = amplitudes = xx = yy = xy = 0
    for number in range(ORIENTATIONS):
        angle = number * np.pi / ORIENTATIONS
        energy, amplitude = _oriented(spectrum, radial, _angular_filter(directions, angle))
        energies, amplitudes = energies + energy, amplitudes + amplitude
        share = np.divide(energy, amplitude, out=np.zeros_like(energy), where=amplitude > 0)
        xx, yy = xx + (share * np.cos(angle)) ** 2, yy + (share * np.sin(angle)) ** 2
        xy = xy + share**2 * np.cos(angle) * np.sin(angle)
    return np.stack([energies / (amplitudes + _EPSILON), *_moments(xx, yy, xy)])


def _moments(xx, yy, xy):
    xx, yy = 2 * xx / ORIENTATIONS, 2 * yy / ORIENTATIONS
    xy = xy / ORIENTATIONS  # a quarter of a moment, as in the code
    difference = np.sqrt(xy**2 + (xx - yy) ** 2) + _EPSILON
    return (xx + yy + difference) / 2, (xx + yy - difference) / 2


def _oriented(spectrum, radial, angular):
    """Return the weighted energy above the noise, and sum of the amplitudes, of one orientation."""
    responses = [ifft2(spectrum * band * angular) for band in radial]
    strengths = [np.abs(response) for response in responses]
    total = sum(responses)
    mean = total / (np.abs(total) + _EPSILON)
    energy = sum(_in_phase(response, mean) for response in responses)
    energy = np.maximum(energy - _noise(strengths[0], radial, angular), 0)
    amplitude = sum(strengths)
    width = amplitude / (np.maximum.reduce(strengths) + _EPSILON) / SCALES
    return energy / (1 + np.exp((_SPREAD - width) * _SHARPNESS)), amplitude


def _in_phase(response, mean):
    """Return the part of a response along the mean phase, less the part across."""
    e, o = response.real, response.imag
    return e * mean.real + o * mean.imag - np.abs(e * mean.imag - o * mean.real)


def _noise(finest, radial, angular):
    """Return the threshold: mean plus two deviations of the energy of noise at the finest scale."""
    power = np.median(finest**2) / np.log(2) / ((radial[0] * angular) ** 2).sum()
    whole = sum(radial) * angular
    backwards = np.roll(whole[::-1, ::-1], 1, axis=(0, 1))
    # Of the filters' real parts in the picture, by Parseval's theorem.
    energy = 2 * power * (((whole + backwards) / 2) ** 2).sum()
    rayleigh = np.sqrt(energy / 2)
    deviation = np.sqrt((2 - np.pi / 2) * rayleigh**2)
    mean = rayleigh * np.sqrt(np.pi / 2)
    return (mean + _NOISE_DEVIATIONS * deviation) / _NOISE_TOO_HIGH


def _radial_filters(shape):
    y, x = _frequencies(shape)
    radius = np.sqrt(x * x + y * y)
    radius[0, 0] = 1  # any but 0; the filters are 0 there
    bands = []
    for scale in range(SCALES):
        wavelength = _WAVELENGTH * _FACTOR**scale
        band = np.exp(-(np.log(radius * wavelength) ** 2) / (2 * np.log(_BANDWIDTH) ** 2))
        bands.append(band * _low_pass(shape))
        bands[-1][0, 0] = 0
    return bands


def _frequencies(shape):
    """Return vertical and horizontal frequencies; an odd side n is divided by n - 1."""
    sides = (np.arange(n) - n // 2 for n in shape)
    scaled = (side / max(1, n - n % 2) for side, n in zip(sides, shape))
    return np.meshgrid(*(np.fft.ifftshift(side) for side in scaled), indexing="ij")


def _low_pass(shape):
    """Return a Butterworth filter of radius 0.45, off by one frequency if a side is odd."""
    y, x = np.meshgrid(*((np.arange(n) - n // 2) / n for n in shape), indexing="ij")
    return np.fft.fftshift(1 / (1 + (np.sqrt(x * x + y * y) / 0.45) ** 30))


def _angular_filter(directions, angle):
    turned = np.abs((directions - angle + np.pi) % (2 * np.pi) - np.pi)
    return np.exp(-(turned**2) / (2 * _ANGLE**2))
