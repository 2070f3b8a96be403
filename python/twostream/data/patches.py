"""Training patches from in and around the object of a defocused pair."""

import zlib
from dataclasses import dataclass

import cv2
import numpy as np

from ..errors import BadInput
from ..io.pixels import with_gray
from .defocus import defocused_pair
from .hdf5 import BLOBS
from .object_regions import object_region
from .sources import read_image

PLANES = {"rgb+gray": (0, 1, 2, 3), "gray": (3,)}
"""Indices of the planes (red, green, blue, gray) that one-channel patches are taken from."""

FLOOR = 1e-4
"""Mean squared error below which the weight of a patch hardly grows; trained nets reach less."""


@dataclass(frozen=True)
class Recipe:
    """Recipe of patches from photographs."""

    name: str = "robust"  # ``paper`` or ``robust``; see `defocus.defocused_pair`
    patch: int = 50  # side of a patch in pixels
    per_pair: int = 16  # number of patches per defocused pair
    channels: int = 1  # 1 (one of `planes`, drawn per patch), 3 (RGB) or 4 (RGB and gray)
    planes: str = "rgb+gray"  # ``rgb+gray`` or ``gray``, for one-channel patches
    seed: int = 2018  # seed of all randomness, together with the photographs' names
    relative: bool = False  # whether each patch gets a ``weight``; see `relative_weights`

    others = 0
    """Number of additional photographs in a pair."""

    @property
    def blobs(self):
        """Shape of one patch in each blob, by the name of the blob."""
        return blob_shapes((self.channels, self.patch, self.patch), self.relative)

    def cut(self, photograph, draw):
        """Cut the patches of one defocused pair: `per_pair` x C x H x W for each blob."""
        return with_weights(patches(photograph, draw, self), self.relative)

    def column(self, photograph):
        """Make an example for the contact sheet: a, b and clean, H x W x 3, float32 in [0, 1]."""
        return example(photograph, 0, self)[:3]


def example(photograph, draw, recipe):
    """Defocus a whole photograph: return a, b, clean, the region of its object, and a generator.

    Pictures are H x W x 3, float32 in [0, 1]; the generator is that of this photograph and draw,
    for further random choices.
    """
    clean, rng = opened(photograph, draw, recipe)
    region = object_region(photograph, clean.shape[:2], rng)
    a, b = defocused_pair(clean, region, recipe.name, rng)
    return a, b, clean, region, rng


def opened(photograph, draw, recipe):
    """Read a photograph, H x W x 3 of [0, 1], and seed a generator by recipe, name and draw."""
    rng = np.random.default_rng([recipe.seed, zlib.crc32(photograph.name.encode()), draw])
    clean = read_image(photograph).astype(np.float32) / 255
    if min(clean.shape[:2]) < recipe.patch:
        raise BadInput(
            f"{photograph.path} is smaller than a patch of {recipe.patch} pixels. Remove it, or "
            "choose a smaller --patch."
        )
    return clean, rng


def patches(photograph, draw, recipe):
    """Cut patches of a pair's a, b and clean: 3 x per_pair x channels x patch x patch, float32."""
    *images, region, rng = example(photograph, draw, recipe)
    stacks = [with_gray(image) for image in images]
    corners = _corners(region, recipe.patch, recipe.per_pair, rng)
    cut = [_cut(stacks, corner, recipe, rng) for corner in corners]
    return np.stack(cut, axis=1)


def blob_shapes(shape, relative):
    """Name of each blob -> its shape for one patch, ``weight`` among them if `relative`."""
    return dict.fromkeys((*BLOBS, "weight") if relative else BLOBS, shape)


def with_weights(stack, relative):
    """Append the `relative_weights` of a stack of a, b and clean to it if `relative`."""
    return [*stack, relative_weights(*stack)] if relative else stack


def relative_weights(a, b, clean):
    """Return weights that make errors relative to those of the sources' average.

    In the mean PSNR a decibel counts the same on every patch, whereas the mean squared error is
    dominated by the most blurred patches. The square of a weight, constant in each patch of N x C x
    H x W, is `FLOOR` / (mean squared error of the average + `FLOOR`).
    """
    error = np.mean(((a + b) / 2 - clean) ** 2, axis=(1, 2, 3), keepdims=True, dtype=np.float64)
    return np.broadcast_to(np.sqrt(FLOOR / (error + FLOOR)), a.shape).astype(np.float32)


def _corners(region, patch, count, rng):
    """Draw top left corners, uniformly, of patches that touch the object."""
    reach = np.ones((patch, patch), np.uint8)
    near = cv2.dilate(region.astype(np.uint8), reach, anchor=(0, 0))
    inside = near[: region.shape[0] - patch + 1, : region.shape[1] - patch + 1]
    candidates = np.flatnonzero(inside)
    chosen = candidates[rng.integers(0, candidates.size, count)]
    return np.column_stack(np.unravel_index(chosen, inside.shape))


def _cut(stacks, corner, recipe, rng):
    top, left = corner
    window = slice(top, top + recipe.patch), slice(left, left + recipe.patch)
    choice = PLANES[recipe.planes]
    planes = (
        list(range(recipe.channels))
        if recipe.channels > 1
        else [choice[rng.integers(0, len(choice))]]
    )
    return np.stack([stack[window][..., planes].transpose(2, 0, 1) for stack in stacks])
