"""Truth set ``half``: gray pictures, mildly blurred in one half of A and in the other of B."""

import cv2
import numpy as np

from twostream.data.defocus import Blur
from twostream.data.pairs import make_pair

from .example import Example
from .matte import border_band

SIGMAS = (0.7, 0.9, 1.0, 1.1, 1.3, 1.5)
"""Standard deviations of the Gaussian blur in pixels, taken in turn."""


def half(supply, number, rng):
    """Make the example of a number, in which the best choice of pixels is exact.

    Parameters
    ----------
    supply : Supply
    number : int
    rng : numpy.random.Generator
        Chooses which half.

    Returns
    -------
    Example
    """
    sigma, by_object = SIGMAS[number % len(SIGMAS)], (number + number // len(SIGMAS)) % 2
    choice = supply.objects if by_object else supply.all
    found = choice[number % len(choice)]
    clean = cv2.cvtColor(found.image, cv2.COLOR_RGB2GRAY)
    region = found.region if by_object else _half(clean.shape, rng)
    return Example(
        f"{number:02d}_sigma{sigma:.1f}",
        (found.name,),
        f"Gaussian, sigma {sigma}, {'object' if by_object else 'halves'}",
        tuple(make_pair(clean, region, (Blur(sigma), Blur(sigma)), softness=0)),
        clean,
        border_band(region, 8, step=0),
    )


def _half(shape, rng):
    """Return the left, right, upper or lower half."""
    region = np.zeros(shape, bool)
    if rng.integers(2):
        region[:, : shape[1] // 2] = True
    else:
        region[: shape[0] // 2] = True
    return region if rng.integers(2) else ~region
