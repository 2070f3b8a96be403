"""Recipe ``thin_lens``: two frames of a stack, focused near and far, as a thin lens sees them.

Near surfaces with mattes stand before a far scene. Each may be slanted or curved, and is blurred by
its distance from the depth in focus; the nearer covers the farther. Unlike in recipe ``physical``,
blurs are as wide as in deep stacks, many objects are thin, some are bright lights, and frames are
focused slightly off the surfaces. Pixels that are sharp in no frame have no weight.
"""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import cv2
import numpy as np

from ...io.pixels import luma
from ...io.srgb import to_light, to_pixels
from ..object_regions import object_region
from ..patches import blob_shapes, opened, relative_weights
from .faults import Faults
from .lens import Lens
from .mattes import Mattes
from .recipe import MARGIN, cut_scene, psf_family
from .scene import LEVELS, blurred_by_depth, plane_depth

FOCUS_ERRORS = (0, 0.2, 0.4, 0.6)
"""Greatest distances of the depth in focus from its surface, in pixels of blur; at most a quarter
of the distance between the depths in focus."""
SHARP = 1.0
"""Blur in pixels from which a surface counts as not sharp."""


class Surface(NamedTuple):
    """One surface of a scene."""

    colours: np.ndarray  # H x W x 3, float32: linear light or sRGB values
    matte: np.ndarray  # H x W, float32 in [0, 1]
    depth: np.ndarray  # H x W, float32: pixels of blur, from the far focus on


@dataclass(frozen=True)
class ThinLensRecipe:
    """How patches are made of photographs."""

    name: str = "thin_lens"
    patch: int = 64  # side of a patch in pixels
    per_pair: int = 8  # number of patches per pair
    channels: int = 3  # 3, or 1 for lumas
    gray: float = 0.15  # share of the patches of three channels that repeat a gray plane
    seed: int = 2018  # seed of all randomness, together with the photographs' names
    scene: int = 160  # side in pixels of the scene, cut out of the photographs at random
    on_border: float = 0.85  # share of the patches that a boundary of focus runs through
    linear: float = 0.75  # share of the pairs blurred in linear light
    shrunk: float = 0.5  # share of photographs reduced, to 60 % or more, which makes them sharper
    recoloured: float = 0.3  # share of the scenes that get other colours
    plain: float = 0.25  # share of the near surfaces of one colour
    lights: float = 0.12  # share of the scenes with small lights brighter than white
    rounded: float = 0.5  # share of the pairs that are rounded to 8 bits
    spread: tuple = (1.5, 20.0)  # least and greatest blur of near things focused far; log-uniform
    lens: Lens = field(
        default_factory=lambda: Lens(polygons=0.2, gaussians=0.1, rim=0.3, stretch=1.15)
    )
    mattes: Mattes = field(
        default_factory=lambda: Mattes(thin=0.4, hair=0.3, soft=0.05, edge=(0.25, 0.6))
    )
    faults: Faults = field(default_factory=Faults)

    others = 3
    """Number of further photographs of the same split, which give the near surfaces."""

    @property
    def blobs(self):
        """Name of each blob -> its shape for one patch."""
        return blob_shapes((self.channels, self.patch, self.patch), relative=True)

    def cut(self, photograph, draw, *others):
        """Cut the patches of one pair, for each blob `per_pair` x C x patch x patch."""
        *pictures, sharp, edges, rng = thin_lens_pair(photograph, draw, others, self)
        if self.channels == 1:
            pictures = map(luma, pictures)
        planes = np.dstack([*pictures, sharp])
        cut = np.stack([self._window(planes, edges, rng) for _ in range(self.per_pair)])
        a, b, clean, weight = np.split(cut, 4, axis=1)
        return [a, b, clean, relative_weights(a, b, clean) * weight]

    def column(self, photograph, *others):
        """Make an example for the contact sheet: a, b and clean, H x W x 3, float32 in [0, 1]."""
        return thin_lens_pair(photograph, 0, others, self)[:3]

    def _window(self, planes, edges, rng):
        """Cut a, b, clean and `sharp`, turned at random: 4 C x patch x patch."""
        corner = rng.integers(0, self.scene - self.patch + 1, 2)
        if len(edges) and rng.random() < self.on_border:
            corner = edges[rng.integers(len(edges))] - rng.integers(0, self.patch, 2)
        top, left = np.clip(corner, 0, self.scene - self.patch)
        cut = planes[top : top + self.patch, left : left + self.patch]
        cut = np.rot90(cut, rng.integers(4))[:, :: rng.choice([-1, 1])].transpose(2, 0, 1)
        *pictures, sharp = np.split(cut, range(self.channels, len(cut), self.channels))
        if rng.random() < self.gray:
            plane = rng.integers(self.channels)
            pictures = [np.broadcast_to(x[plane], x.shape) for x in pictures]
        a, b, clean = pictures
        pair = (a, b) if rng.random() < 0.5 else (b, a)
        return np.concatenate([*pair, clean, np.broadcast_to(sharp, clean.shape)])


def thin_lens_pair(photograph, draw, others, recipe):
    """Make a pair of a photograph's far scene and of near surfaces from `others`.

    Return the frames focused near and far and the clean image, H x W x 3, float32 in [0, 1]. Then
    follow a map, 1 where a frame is sharp and else 0, the pixels of boundaries, N x 2, and the
    generator.
    """
    image, rng = opened(photograph, draw, recipe)
    linear = rng.random() < recipe.linear
    spread = math.exp(rng.uniform(*np.log(recipe.spread)))
    surfaces = _surfaces(image, others, spread, linear, recipe, rng)
    psf_of = psf_family(recipe.lens.draw(1.0, rng))
    error = min(spread / 4, rng.choice(FOCUS_ERRORS))
    near, far = (depth + rng.uniform(-error, error) for depth in (spread, 0))
    light = [view(surfaces, near, psf_of), view(surfaces, far, psf_of), view(surfaces, 0)]
    inner = slice(MARGIN, -MARGIN)
    a, b, clean = (
        (to_pixels(one) if linear else one)[inner, inner].astype(np.float32)
        for one in np.clip(light, 0, 1)
    )
    pair = recipe.faults.camera((a, b), rng)
    if rng.random() < recipe.rounded:
        pair = [np.rint(255 * frame) / 255 for frame in pair]
    a, b = (np.clip(frame, 0, 1).astype(np.float32) for frame in pair)
    depth = _seen_depth(surfaces)[inner, inner]
    blur = np.minimum(np.abs(depth - near), np.abs(depth - far))
    sharp = cv2.erode((blur < SHARP).astype(np.float32), np.ones((3, 3)))
    of_near = (np.abs(depth - near) < np.abs(depth - far)).astype(np.uint8)
    edges = np.argwhere(cv2.morphologyEx(of_near, cv2.MORPH_GRADIENT, np.ones((3, 3))))
    return a, b, clean, sharp, edges, rng


def view(surfaces, focus, psf_of=None):
    """Render surfaces, far to near, with the depth `focus` in focus: H x W x 3, float32.

    `psf_of` turns a radius in pixels into a point spread function; None for all in focus.
    """
    seen = np.float32(0)
    for colours, matte, depth in surfaces:
        layer = np.dstack([matte[..., None] * colours, matte])
        if psf_of is not None:
            radii = np.minimum(np.abs(depth - focus), LEVELS[-1])
            layer = blurred_by_depth(layer, psf_of, radii)
        seen = layer[..., :3] + (1 - layer[..., 3:]) * seen
    return seen


def _seen_depth(surfaces):
    depth = surfaces[0].depth
    for surface in surfaces[1:]:
        depth = np.where(surface.matte > 0.3, surface.depth, depth)
    return depth


def _surfaces(image, others, spread, linear, recipe, rng):
    """Draw the surfaces of a scene, far to near."""
    far = cut_scene(image, None, recipe, rng)[0]
    whole = np.ones(far.shape[:2], np.float32)
    surfaces = [_surface(far, whole, 0, spread, linear, 0.4, rng)]
    for other in others[: rng.choice([1, 1, 1, 2, 3])]:
        photograph, _ = opened(other, 0, recipe)
        region = object_region(other, photograph.shape[:2], rng).astype(np.float32)
        colours, mask = cut_scene(photograph, region, recipe, rng)
        if rng.random() < recipe.plain:
            colours = np.full_like(colours, colours.reshape(-1, 3)[rng.integers(mask.size)])
        level = spread * (1 + rng.uniform(-0.08, 0.08))
        matte = recipe.mattes.draw(mask, rng)
        surfaces.append(_surface(colours, matte, level, spread, linear, 0.25, rng))
    if rng.random() < recipe.lights:
        near = rng.random() < 0.5
        lights = _lights(whole.shape, spread * near, rng)
        surfaces.insert(len(surfaces) if near else 1, lights)
    return surfaces


def _surface(colours, matte, level, spread, linear, tilted, rng):
    """Place an image at a depth; a share of `tilted` is slanted, and some of these are curved."""
    depth = np.full(matte.shape, level, np.float32)
    if rng.random() < tilted:
        slope = plane_depth(matte.shape, rng) / max(matte.shape)
        depth += slope * np.float32(rng.uniform(0, 0.7) * spread)
        if rng.random() < 0.3:
            depth -= np.float32(rng.uniform(0, 1) * spread) * slope**2
    return Surface(to_light(colours) if linear else colours, matte, depth)


def _lights(shape, level, rng, fine=4):
    """Scatter small discs of one light, brighter than white."""
    drawn = np.zeros([side * fine for side in shape], np.uint8)
    for x, y in rng.integers(0, drawn.shape[::-1], (rng.integers(2, 12), 2)):
        cv2.circle(drawn, (int(x), int(y)), int(rng.uniform(4, 11)), 255, -1)
    matte = cv2.resize(drawn, shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    colour = np.float32(rng.uniform(0.4, 1, 3) * rng.uniform(1.5, 8))
    light = np.broadcast_to(colour, (*shape, 3))
    return Surface(light, matte, np.full(shape, level, np.float32))
