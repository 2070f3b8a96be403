"""Recipe ``physical``: patches of pairs with a lens's defocus, and a share of recipe ``robust``."""

from dataclasses import dataclass, field, replace
from functools import partial

import cv2
import numpy as np

from ...errors import BadInput
from ...io.pixels import with_gray
from ...io.srgb import to_light, to_pixels
from ..object_regions import object_region
from ..patches import PLANES, Recipe, blob_shapes, opened, patches, with_weights
from .colours import recoloured
from .faults import Faults
from .lens import Lens
from .mattes import Mattes
from .scene import blurred_by_depth, composite, mirrored_to, plane_depth, slanted

MARGIN = 24
"""Pixels around a scene that are cut off, so that blurs reach over its edges as in a photograph."""


@dataclass(frozen=True)
class PhysicalRecipe:
    """Recipe of patches from photographs."""

    name: str = "physical"
    patch: int = 64  # side of a patch in pixels
    per_pair: int = 16  # number of patches per pair
    planes: str = "rgb+gray"  # key of `patches.PLANES`: a patch of one channel is one of these
    channels: int = 1  # 1 or 3
    gray: float = 0.25  # share of patches of three channels that repeat one of the `planes`
    seed: int = 2018  # seed of all randomness, together with the photographs' names
    relative: bool = False  # whether each patch gets a ``weight``, see `patches.relative_weights`
    scene: int = 256  # side in pixels of the scene, cut out of the photographs at random
    on_border: float = 0.7  # share of the patches that a boundary of focus runs through
    robust: float = 1 / 3  # share of pairs of recipe ``robust``
    planar: float = 0.15  # share of the other pairs that are one slanted plane
    slanted_far: float = 0.2  # share of the far scenes that are slanted
    linear: float = 0.5  # share of the pairs blurred in linear light
    shrunk: float = 0.3  # share of photographs reduced, to 60 % or more, which makes them sharper
    recoloured: float = 0.5  # share of the scenes of three channels that get other colours
    objects: int = 3  # near objects in a scene, at most
    augmented: bool = True  # whether patches are mirrored and pairs swapped at random
    lens: Lens = field(default_factory=Lens)
    mattes: Mattes = field(default_factory=Mattes)
    faults: Faults = field(default_factory=Faults)

    def __post_init__(self):
        if self.patch > self.scene:
            raise BadInput(
                f"A patch of {self.patch} pixels is larger than the scene's {self.scene}."
            )

    others = 2
    """Number of further photographs of the same split, which give the near objects."""

    @property
    def blobs(self):
        """Name of each blob -> its shape for one patch."""
        return blob_shapes((self.channels, self.patch, self.patch), self.relative)

    def cut(self, photograph, draw, *others):
        """Cut the patches of one pair, for each blob `per_pair` x C x H x W."""
        rng = np.random.default_rng([self.seed, draw, *map(ord, photograph.name)])
        if rng.random() < self.robust:
            # The same seed would repeat the number that chose this branch.
            plain = Recipe(
                "robust", self.patch, self.per_pair, self.channels, self.planes, self.seed + 1
            )
            stack = patches(photograph, draw, plain)
        else:
            stack = self._windows(*physical_pair(photograph, draw, others, self), rng)
        if self.augmented:
            stack = augmented(stack, rng)
        return with_weights(stack, self.relative)

    def column(self, photograph, *others):
        """Make an example for the contact sheet: a, b and clean, H x W x 3, float32 in [0, 1]."""
        return physical_pair(photograph, 0, others, self)[:3]

    def _windows(self, a, b, clean, border, rng):
        """Cut patches: 3 x per_pair x channels x patch x patch."""
        stacks = [with_gray(image).transpose(2, 0, 1) for image in (a, b, clean)]
        cut = []
        for top, left in self._corners(border, rng):
            window = slice(top, top + self.patch), slice(left, left + self.patch)
            planes = [0, 1, 2]
            if self.channels != 3 or rng.random() < self.gray:
                planes = [rng.choice(PLANES[self.planes])] * self.channels
            cut.append([stack[(planes, *window)] for stack in stacks])
        return np.array(cut).swapaxes(0, 1)

    def _corners(self, border, rng):
        """Draw top left corners of patches; a share contains a random pixel of the boundary."""
        pixels = np.argwhere(border)
        last = np.array(border.shape) - self.patch
        for _ in range(self.per_pair):
            # Also from beyond the image, so that its margins are not rare.
            corner = rng.integers(-self.patch // 4, last + self.patch // 4 + 1)
            if len(pixels) and rng.random() < self.on_border:
                corner = pixels[rng.integers(len(pixels))] - rng.integers(0, self.patch, 2)
            yield np.clip(corner, 0, last)


def physical_pair(photograph, draw, others, recipe):
    """Make a pair of a photograph's far scene and of near objects from `others`.

    Return a (focused near), b and clean, H x W x 3, float32 in [0, 1], and the boundary of focus,
    H x W, bool.
    """
    image, rng = opened(photograph, draw, recipe)
    far = cut_scene(image, None, recipe, rng)[0]
    linear = rng.random() < recipe.linear
    far = to_light(far) if linear else far
    if rng.random() < recipe.planar:
        *pictures, border = _slanted_plane(far, recipe, rng)
    else:
        count = 1 if rng.random() < 0.5 else int(rng.integers(1, recipe.objects + 1))
        objects = [_near_object(others, n, linear, recipe, rng) for n in range(count)]
        *pictures, border = _before(far, objects, recipe, rng)
    inner = slice(MARGIN, -MARGIN)
    pictures = [p[inner, inner] for p in pictures]
    pictures = [to_pixels(p) if linear else p for p in pictures]
    pair = recipe.faults.camera(pictures[:2], rng)
    a, b, clean = (np.clip(image, 0, 1).astype(np.float32) for image in (*pair, pictures[2]))
    return a, b, clean, border[inner, inner]


def augmented(stack, rng):
    """Mirror patches and swap the order of their pairs at random, in 3 x N x C x H x W."""
    stack = stack.copy()
    for patch in stack.swapaxes(0, 1):
        for axis in (2, 3):
            if rng.random() < 0.5:
                patch[:] = np.flip(patch, axis).copy()
        if rng.random() < 0.5:
            patch[:2] = patch[1::-1].copy()
    return stack


def _near_object(others, number, linear, recipe, rng):
    """Draw the matte and the colours of a near object."""
    photograph = others[number % len(others)]
    image, _ = opened(photograph, 0, recipe)
    region = object_region(photograph, image.shape[:2], rng).astype(np.float32)
    colours, mask = cut_scene(image, region, recipe, rng)
    return recipe.mattes.draw(mask, rng), to_light(colours) if linear else colours


def cut_scene(image, region, recipe, rng):
    """Cut a scene out of a photograph; if it has an object, at a pixel of the object's outline."""
    size = recipe.scene + 2 * MARGIN
    layers = [image] if region is None else [image, region]
    if rng.random() < recipe.shrunk:
        scale = rng.uniform(0.6, 1)
        layers = [
            cv2.resize(x, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) for x in layers
        ]
    layers = [mirrored_to(layer, size) for layer in layers]
    last = np.array(layers[0].shape[:2]) - size
    corner = rng.integers(0, last + 1)
    if region is not None:
        edge = np.argwhere(cv2.morphologyEx(layers[1], cv2.MORPH_GRADIENT, np.ones((3, 3))) > 0.5)
        if len(edge):
            corner = np.clip(edge[rng.integers(len(edge))] - rng.integers(0, size, 2), 0, last)
    window = slice(corner[0], corner[0] + size), slice(corner[1], corner[1] + size)
    step = -1 if rng.random() < 0.5 else 1
    colours, *rest = (np.ascontiguousarray(layer[window][:, ::step]) for layer in layers)
    if recipe.channels == 3 and rng.random() < recipe.recoloured:
        colours = recoloured(colours, rng)
    return [colours, *rest]


def _before(far, objects, recipe, rng):
    """Draw the blurs of a scene with near objects and make its pair."""
    lens, faults = recipe.lens, recipe.faults
    radius, offset = lens.radius(rng), faults.offset(rng)
    blur_far = lens.draw(radius, rng, offset)
    if rng.random() < recipe.slanted_far:
        blur_far = partial(_slanted_blur, psf_of=psf_family(blur_far), most=radius, rng=rng)
    opposite = tuple(-shift for shift in offset)
    blurs_near = [
        lens.draw(float(np.clip(radius * 2 ** rng.uniform(-1, 1), *lens.radii)), rng, opposite)
        for _ in objects
    ]
    return composite(far, objects, blur_far, blurs_near, faults.light(far.shape[:2], rng))


def _slanted_blur(image, psf_of, most, rng):
    """Blur a far scene that comes nearer at one side, where it may be in focus."""
    depth = plane_depth(image.shape[:2], rng)
    depth = (depth - depth.min()) / np.ptp(depth)
    return blurred_by_depth(image, psf_of, most * np.clip(depth + rng.uniform(-0.5, 0.5), 0, 1))


def _slanted_plane(clean, recipe, rng):
    """Draw a slanted plane and make its pair."""
    psf = recipe.lens.draw(1.0, rng, recipe.faults.offset(rng))
    size = clean.shape[0]
    steepness = recipe.lens.radius(rng) / (size / 2)
    light = recipe.faults.light(clean.shape[:2], rng)
    depth = plane_depth(clean.shape[:2], rng)
    return slanted(clean, psf_family(psf), depth, steepness, rng.uniform(0, 40), light)


def psf_family(psf):
    """Return the function from a radius to the point spread function of the same shape."""
    return lambda radius: replace(psf, radius=radius, rim=psf.rim * radius / psf.radius)
