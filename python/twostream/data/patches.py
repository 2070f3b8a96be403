"""Patches in and around the object of a defocused pair."""

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
"""Planes that one-channel patches are taken from, of red, green, blue and gray."""

FLOOR = 1e-4
"""Mean squared error under which an easier patch weighs hardly more; trained nets reach less."""


@dataclass(frozen=True)
class Recipe:
    """How patches are made from photographs.

    Attributes
    ----------
    name : str
        ``paper`` or ``robust``, see `defocus.defocused_pair`.
    patch : int
        Side of a patch in pixels.
    per_pair : int
        Patches taken of each defocused pair.
    channels : int
        1 (each patch of one of `planes`), 3 (RGB) or 4 (RGB and gray).
    planes : str
        ``rgb+gray`` or ``gray``, for one-channel patches.
    seed : int
        All randomness follows from it and from the photographs' names.
    relative : bool
        Whether each patch gets a ``weight``, see `relative_weights`.
    """

    name: str = "robust"
    patch: int = 50
    per_pair: int = 16
    channels: int = 1
    planes: str = "rgb+gray"
    seed: int = 2018
    relative: bool = False

    others = 0
    """Further photographs that a pair is composed with."""

    @property
    def blobs(self):
        """Name of each blob -> its shape for one patch."""
        names = (*BLOBS, "weight") if self.relative else BLOBS
        return dict.fromkeys(names, (self.channels, self.patch, self.patch))

    def cut(self, photograph, draw):
        """Give the patches of one defocused pair, for each blob `per_pair` x C x H x W."""
        stack = patches(photograph, draw, self)
        return [*stack, relative_weights(*stack)] if self.relative else stack

    def column(self, photograph):
        """Give an example for the contact sheet: a, b and clean, H x W x 3, float32 in [0, 1]."""
        return example(photograph, 0, self)[:3]


def example(photograph, draw, recipe):
    """Defocus a whole photograph.

    Parameters
    ----------
    photograph : Photograph
    draw : int
        Which of the photograph's random pairs.
    recipe : Recipe

    Returns
    -------
    a, b, clean : numpy.ndarray
        H x W x 3, float32 in [0, 1].
    region : numpy.ndarray
        H x W, bool: the object.
    rng : numpy.random.Generator
        The photograph's own generator, to go on with.
    """
    clean, rng = opened(photograph, draw, recipe)
    region = object_region(photograph, clean.shape[:2], rng)
    a, b = defocused_pair(clean, region, recipe.name, rng)
    return a, b, clean, region, rng


def opened(photograph, draw, recipe):
    """Read a photograph for a draw.

    Returns
    -------
    clean : numpy.ndarray
        H x W x 3, float32 in [0, 1].
    rng : numpy.random.Generator
        Of this photograph and draw alone.
    """
    rng = np.random.default_rng([recipe.seed, zlib.crc32(photograph.name.encode()), draw])
    clean = read_image(photograph).astype(np.float32) / 255
    if min(clean.shape[:2]) < recipe.patch:
        raise BadInput(f"{photograph.path} is smaller than a patch of {recipe.patch} pixels.")
    return clean, rng


def patches(photograph, draw, recipe):
    """Cut the patches of one defocused pair.

    Returns
    -------
    numpy.ndarray
        3 x per_pair x channels x patch x patch, float32 in [0, 1]: a, b and clean.
    """
    *images, region, rng = example(photograph, draw, recipe)
    stacks = [with_gray(image) for image in images]
    corners = _corners(region, recipe.patch, recipe.per_pair, rng)
    cut = [_cut(stacks, corner, recipe, rng) for corner in corners]
    return np.stack(cut, axis=1)


def relative_weights(a, b, clean):
    """Weights that make errors relative to those of the plain average of the sources.

    The mean PSNR of patches counts a decibel the same on each of them; the mean squared error
    that is minimised is almost only that of the most blurred ones.

    Parameters
    ----------
    a, b, clean : numpy.ndarray
        N x C x H x W in [0, 1].

    Returns
    -------
    numpy.ndarray
        Of their shape, float32, one value a patch, at most 1: the square is
        `FLOOR` / (mean squared error of the average + `FLOOR`).
    """
    error = np.mean(((a + b) / 2 - clean) ** 2, axis=(1, 2, 3), keepdims=True, dtype=np.float64)
    return np.broadcast_to(np.sqrt(FLOOR / (error + FLOOR)), a.shape).astype(np.float32)


def _corners(region, patch, count, rng):
    """Top left corners of patches that touch the object, drawn uniformly."""
    reach = np.ones((patch, patch), np.uint8)
    near = cv2.dilate(region.astype(np.uint8), reach, anchor=(0, 0))
    inside = near[: region.shape[0] - patch + 1, : region.shape[1] - patch + 1]
    candidates = np.flatnonzero(inside)
    chosen = candidates[rng.integers(0, candidates.size, count)]
    return np.column_stack(np.unravel_index(chosen, inside.shape))


def _cut(stacks, corner, recipe, rng):
    top, left = corner
    window = slice(top, top + recipe.patch), slice(left, left + recipe.patch)
    planes = _planes(recipe, rng)
    return np.stack([stack[window][..., planes].transpose(2, 0, 1) for stack in stacks])


def _planes(recipe, rng):
    if recipe.channels > 1:
        return list(range(recipe.channels))
    choice = PLANES[recipe.planes]
    return [choice[rng.integers(0, len(choice))]]
