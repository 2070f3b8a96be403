"""Truth sets ``depth`` and ``stacks``: scenes of continuous depth, focused at several distances.

A floor extends from the far end to the near one, and objects stand on it. Depth is measured in
diopters between 0 (far) and 1 (near), because blur is proportional to them. Planes of focus are
spread evenly; halfway between two of them an object may be slightly blurred in both.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from twostream.io.pixels import from_unit
from twostream.io.srgb import to_light, to_pixels

from .aperture import aperture, blurred
from .example import Example
from .matte import border_band, matte

STEP = 0.25
"""Radii of blur, in pixels, between which the floor's blur is interpolated."""

DEPTH_OF_FIELD = 0.4
"""Depth in focus on either side of a plane, as a fraction of the distance between two planes."""

BAND = 8
"""Width in pixels of the band on either side of a boundary."""


@dataclass(frozen=True)
class Thing:
    """An upright object: light times matte (H x W x 3), matte (H x W) and depth."""

    light: np.ndarray
    matte: np.ndarray
    depth: float


def depth(supply, number, rng):
    """Make an example of two planes of focus; arguments and result as of `half`."""
    return _example(supply, number, rng, planes=2, objects=2, strength=(4, 12))


def stack(supply, number, rng):
    """Make an example of eight planes of focus; arguments and result as of `half`."""
    return _example(supply, number, rng, planes=8, objects=3, strength=(6, 12))


def blur_radius(depths, focus, planes, strength):
    """Return the radius of the circle of confusion.

    Parameters
    ----------
    depths : float or numpy.ndarray
    focus : float
        Depth in focus.
    planes : int
        Number of planes of focus.
    strength : float
        Pixels of radius from one end of the depths to the other.

    Returns
    -------
    float or numpy.ndarray
        In pixels.
    """
    return strength * np.maximum(0, np.abs(depths - focus) - DEPTH_OF_FIELD / planes)


def _example(supply, number, rng, planes, objects, strength):
    floor, chosen = supply.take(number, objects)
    shape = floor.image.shape[:2]
    ground = floor_depth(shape, rng)
    things = sorted((placed(m, ground, rng) for m in chosen), key=lambda t: t.depth)
    strength = float(np.round(rng.uniform(*strength), 1))
    largest = blur_radius(1, 0.5 / planes, planes, strength)
    made = views(to_light(floor.image / 255), ground, things, planes, strength)
    *sources, clean = (from_unit(to_pixels(view), 255, np.uint8) for view in made)
    return Example(
        f"{number:02d}_{floor.name}",
        (floor.name, *(material.name for material in chosen)),
        f"{planes} planes, disc of up to {largest:.1f} pixels, linear light",
        tuple(sources),
        clean,
        border_band(seen_depth(ground, things), BAND),
    )


def floor_depth(shape, rng):
    """Return the depth of a tilted floor; above its horizon everything is far."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    height = y / shape[0] + rng.uniform(-0.25, 0.25) * (x / shape[1] - 0.5)
    horizon = rng.uniform(0.1, 0.35)
    return np.clip((height - horizon) / (0.95 - horizon), 0, 1)


def placed(material, ground, rng):
    """Place an object on the floor, smaller if it is far; its foot has the floor's depth."""
    shape = ground.shape
    foot = round(rng.uniform(0.5, 1) * (shape[0] - 1))
    y, x = np.nonzero(material.region)
    cut = np.s_[y.min() : y.max() + 1, x.min() : x.max() + 1]
    wanted = (0.2 + 0.5 * foot / shape[0]) * shape[0]
    scale = min(1, wanted / (y.max() - y.min() + 1), 0.8 * shape[1] / (x.max() - x.min() + 1))
    left = round(rng.uniform(0, shape[1] - scale * (x.max() - x.min() + 1)))
    a = matte(_on_canvas(material.region[cut].astype(np.float32), scale, foot, left, shape) > 0.5)
    colours = _on_canvas(material.image[cut].astype(np.float32), scale, foot, left, shape)
    middle = min(left + round(scale * (x.max() - x.min()) / 2), shape[1] - 1)
    light = to_light(colours / 255) * a[..., None]
    return Thing(light, a, float(ground[foot, middle]))


def _on_canvas(image, scale, foot, left, shape):
    """Shrink a picture and put it on an empty one, its lowest row at `foot`."""
    image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    image = image[-(foot + 1) :, : shape[1] - left]
    canvas = np.zeros((*shape, *image.shape[2:]))
    top = foot + 1 - image.shape[0]
    canvas[top : foot + 1, left : left + image.shape[1]] = image
    return canvas


def views(floor, ground, things, planes, strength):
    """Render a scene.

    Parameters
    ----------
    floor : numpy.ndarray
        H x W x 3: light of the floor.
    ground : numpy.ndarray
        H x W: depth of the floor.
    things : list of Thing
        Far to near.
    planes : int
        Number of planes of focus.
    strength : float
        See `blur_radius`.

    Yields
    ------
    numpy.ndarray
        H x W x 3: light at each plane of focus, far to near; the last is all in focus.
    """
    blurs = blurs_of(floor, strength)
    for plane in range(planes):
        yield one_view(blurs, ground, things, (plane + 0.5) / planes, planes, strength)
    yield all_sharp(floor, things)


def blurs_of(floor, strength):
    """Blur the floor by each radius up to the strength, `STEP` apart."""
    steps = math.ceil(strength / STEP) + 1
    return [blurred(floor, aperture("disc", STEP * step)) for step in range(steps)]


def one_view(blurs, ground, things, focus, planes, strength):
    """Render a scene with one depth in focus; see `views` and `blurs_of`."""
    view = _interpolated(blurs, blur_radius(ground, focus, planes, strength))
    for thing in things:
        view = _before(view, thing, blur_radius(thing.depth, focus, planes, strength))
    return view


def all_sharp(floor, things):
    """Render a scene with everything in focus."""
    for thing in things:
        floor = _before(floor, thing, 0)
    return floor


def _interpolated(blurs, radius):
    """Interpolate each pixel between the two blurs around its radius."""
    place = radius / STEP
    return sum(
        np.maximum(0, 1 - np.abs(place - step))[..., None] * image
        for step, image in enumerate(blurs)
    )


def _before(view, thing, radius):
    kernel = aperture("disc", radius)
    return blurred(thing.light, kernel) + (1 - blurred(thing.matte, kernel)[..., None]) * view


def seen_depth(ground, things):
    """Return the depth of the nearest surface at each pixel."""
    for thing in things:
        ground = np.where(thing.matte > 0.5, thing.depth, ground)
    return ground
