"""Training patches for the CNN of Liu et al. 2017: sharp and blurred patches with labels."""

from dataclasses import dataclass

import cv2
import numpy as np

from ..io.pixels import luma
from .defocus import camera_faults, random_blur
from .patches import opened

TEXTURE = 0.02
"""Minimum standard deviation of a patch with pixels in [0, 1]; flatter ones do not show focus."""


@dataclass(frozen=True)
class CnnRecipe:
    """Recipe of labelled patches from photographs: their side, number per pair, and the seed.

    The paper blurs with Gaussians of five sigmas from 2 up. Here half of the kernels are discs,
    sigma is drawn from 0.7 to 6, and some pairs get the noise and compression of a camera.
    """

    name: str = "cnn"
    patch: int = 16
    per_pair: int = 64
    seed: int = 2018

    others = 0
    """Number of additional photographs in a pair."""

    @property
    def blobs(self):
        """Shape of one patch in each blob, by the name of the blob."""
        sides = (1, self.patch, self.patch)
        return {"data_a": sides, "data_b": sides, "label": (1, 1, 1)}

    def cut(self, photograph, draw):
        """Cut ``data_a``, ``data_b`` and ``label``: 1 where A is sharp, 0 where B is."""
        sharp, blurred, rng = self._pair(photograph, draw)
        corners = _textured(sharp, self.patch, self.per_pair, rng)
        patches = [_windows(plane, corners, self.patch) for plane in (sharp, blurred)]
        label = rng.integers(0, 2, (self.per_pair, 1, 1, 1)).astype(np.float32)
        a, b = (np.where(label == which, *patches) for which in (1, 0))
        return a, b, label

    def column(self, photograph):
        """Make an example for the contact sheet: the sharp and the blurred picture."""
        return self._pair(photograph, 0)[:2]

    def _pair(self, photograph, draw):
        clean, rng = opened(photograph, draw, self)
        sharp = luma(clean)
        pair = camera_faults([sharp, random_blur(rng, 0.7, 6)(sharp)], rng)
        return (*(np.clip(image, 0, 1) for image in pair), rng)


def _textured(plane, patch, count, rng):
    """Draw top left corners of patches with texture, or of any patches if none has texture."""
    mean, square = (
        cv2.blur(image, (patch, patch), anchor=(0, 0))[: 1 - patch, : 1 - patch]
        for image in (plane, plane * plane)
    )
    candidates = np.flatnonzero(square - mean * mean > TEXTURE**2)
    if not candidates.size:
        candidates = np.arange(mean.size)
    chosen = candidates[rng.integers(0, candidates.size, count)]
    return np.column_stack(np.unravel_index(chosen, mean.shape))


def _windows(plane, corners, patch):
    """Cut windows, N x 1 x patch x patch."""
    return np.stack([plane[None, y : y + patch, x : x + patch] for y, x in corners])
