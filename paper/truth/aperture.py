"""Point spread functions of real apertures, and blur by them in the frequency domain.

The truth sets use these kernels, so that no network is measured with kernels of its training.
"""

import math

import numpy as np

SUPERSAMPLING = 8
"""Samples per pixel along each axis when a kernel is drawn."""

OBSTRUCTION = 0.45
"""Radius of a mirror lens's secondary mirror, relative to the aperture's."""

CLIPPING = 0.3
"""Distance of a cat's eye's two discs from its centre, relative to the aperture's radius."""


def _disc(x, y, angle):
    return np.hypot(x, y) <= 1


def _annulus(x, y, angle):
    return _disc(x, y, angle) & (np.hypot(x, y) >= OBSTRUCTION)


def _cats_eye(x, y, angle):
    right, down = CLIPPING * math.cos(angle), CLIPPING * math.sin(angle)
    return _disc(x - right, y - down, angle) & _disc(x + right, y + down, angle)


APERTURES = {"disc": _disc, "annulus": _annulus, "cats_eye": _cats_eye}
"""Name -> function of (x, y, angle), in radii, that returns whether light passes."""


def aperture(shape, radius, angle=0.0):
    """Draw the point spread of a lens.

    Parameters
    ----------
    shape : str
        ``disc``: a full aperture. ``annulus``: a mirror lens, whose middle is dark.
        ``cats_eye``: a disc that the barrel clips from two sides, as off the centre of an image.
    radius : float
        Radius of the circle of confusion, in pixels; up to half a pixel it changes nothing.
    angle : float
        Direction in which a cat's eye is narrow, in radians.

    Returns
    -------
    numpy.ndarray
        Square, of odd sides, float64, with sum 1: the share of the light that each pixel gets.
    """
    if radius <= 0.5:
        return np.ones((1, 1))
    side = 2 * math.ceil(radius) + 1
    fine = ((np.arange(side * SUPERSAMPLING) + 0.5) / SUPERSAMPLING - side / 2) / radius
    passes = APERTURES[shape](fine[None, :], fine[:, None], angle)
    share = passes.reshape(side, SUPERSAMPLING, side, SUPERSAMPLING).mean(axis=(1, 3))
    return share / share.sum()


def blurred(image, kernel):
    """Convolve a picture by the Fourier transform; it is mirrored beyond its edges.

    Parameters
    ----------
    image : numpy.ndarray
        H x W or H x W x C, float64.
    kernel : numpy.ndarray
        Square, of odd sides.

    Returns
    -------
    numpy.ndarray
        Like `image`.
    """
    height, width = image.shape[:2]
    reach = len(kernel) // 2
    planes = image.reshape(height, width, -1)
    planes = np.pad(planes, [(reach, reach), (reach, reach), (0, 0)], mode="symmetric")
    sides = planes.shape[:2]
    spectrum = np.fft.rfft2(planes, axes=(0, 1)) * np.fft.rfft2(kernel, sides)[..., None]
    full = np.fft.irfft2(spectrum, sides, axes=(0, 1))
    return full[2 * reach :, 2 * reach :].reshape(image.shape)
