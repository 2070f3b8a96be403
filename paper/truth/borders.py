"""Truth set ``borders``: a near object in front of a far scene, each out of focus once."""

import math

import numpy as np

from twostream.io.pixels import from_unit
from twostream.io.srgb import to_light, to_pixels

from .aperture import APERTURES, aperture, blurred
from .example import Example
from .matte import border_band, matte

RADII = (1, 2, 3, 5, 8)
"""Radii of the blur in pixels, taken in turn."""


def borders(supply, number, rng):
    """Make the example of a number; radius, aperture and light are taken in turn.

    Parameters
    ----------
    supply : Supply
    number : int
    rng : numpy.random.Generator
        Chooses the direction of the cat's eye.

    Returns
    -------
    Example
    """
    turn, place = divmod(number, len(RADII))
    radius, shape = RADII[place], list(APERTURES)[(turn + place) % len(APERTURES)]
    linear = (turn + place) % 2 == 0
    far, (near,) = supply.take(number)
    colours, region, scene = _same_size(near, far)
    kernel = aperture(shape, radius, rng.uniform(0, math.pi))
    a = matte(region)
    return Example(
        f"{number:02d}_r{radius}_{shape}",
        (near.name, far.name),
        f"radius {radius}, {shape}, {'linear light' if linear else 'sRGB values'}",
        *_rendered(colours, a, scene, kernel, linear),
        border_band(a > 0.5, max(4, 1.5 * radius)),
    )


def composites(colours, a, scene, kernel):
    """Blur like a lens: a near object out of focus spreads over the sharp far scene.

    The model of H. Ma, Q. Liao, J. Zhang, S. Liu, J.-H. Xue, "An alpha-matte boundary defocus
    model-based cascaded network for multi-focus image fusion", IEEE Trans. Image Process. 29, 2020.

    Parameters
    ----------
    colours, scene : numpy.ndarray
        H x W x C, float64: the near object's colours, and the far scene, also behind it.
    a : numpy.ndarray
        H x W, float64: the object's matte.
    kernel : numpy.ndarray
        Blur of the one that is out of focus.

    Returns
    -------
    near, far, clean : numpy.ndarray
        Like `scene`: focused near, focused far, and sharp all over.
    """
    a = a[..., None]
    near = a * colours + (1 - a) * blurred(scene, kernel)
    far = blurred(a * colours, kernel) + (1 - blurred(a, kernel)) * scene
    return near, far, a * colours + (1 - a) * scene


def _rendered(colours, a, scene, kernel, linear):
    """Convert sources and truth to 8-bit images."""
    unit = [image / 255 for image in (colours, scene)]
    if linear:
        unit = [to_light(image) for image in unit]
    made = composites(unit[0], a, unit[1], kernel)
    near, far, clean = (
        from_unit(to_pixels(image) if linear else image, 255, np.uint8) for image in made
    )
    return (near, far), clean


def _same_size(near, far):
    """Cut both photographs to a common size: the near one around its object."""
    sides = np.minimum(near.image.shape[:2], far.image.shape[:2])
    y, x = np.nonzero(near.region)
    middle = ((y.min() + y.max()) // 2, (x.min() + x.max()) // 2)
    window = _window(near.image.shape, sides, middle)
    scene = far.image[_window(far.image.shape, sides, np.array(far.image.shape[:2]) // 2)]
    return near.image[window], near.region[window], scene


def _window(shape, sides, middle):
    starts = [min(max(0, m - s // 2), n - s) for n, s, m in zip(shape, sides, middle)]
    return tuple(slice(start, start + side) for start, side in zip(starts, sides))
