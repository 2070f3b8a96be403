"""Training patches for the SRCNN of Dong et al. 2014: enlarged and sharp ones."""

from dataclasses import dataclass

import numpy as np

from ..io.pixels import enlarged, luma
from ..nets.srcnn import MARGIN, PATCH
from .patches import opened

FACTOR = 2
"""Factor by which the net enlarges a picture."""


@dataclass(frozen=True)
class SrcnnRecipe:
    """Recipe of super-resolution patches: their side, number per photograph, and the seed."""

    name: str = "srcnn"
    patch: int = PATCH
    per_pair: int = 32
    seed: int = 2018

    others = 0
    """Number of additional photographs in a pair."""

    @property
    def blobs(self):
        """Shape of one patch in each blob, by the name of the blob."""
        middle = self.patch - 2 * MARGIN
        return {"data": (1, self.patch, self.patch), "clean": (1, middle, middle)}

    def cut(self, photograph, draw):
        """Cut ``data`` from the halved and enlarged picture, and the ``clean`` middle of each."""
        clean, rng = opened(photograph, draw, self)
        clean = luma(clean)
        low = enlarged(halved(clean), clean.shape)
        last = [side - self.patch + 1 for side in clean.shape]
        corners = np.column_stack([rng.integers(0, end, self.per_pair) for end in last])
        data = [low[None, y : y + self.patch, x : x + self.patch] for y, x in corners]
        inner = slice(MARGIN, self.patch - MARGIN)
        middle = [clean[None, y : y + self.patch, x : x + self.patch] for y, x in corners]
        return np.stack(data), np.stack(middle)[..., inner, inner]

    def column(self, photograph):
        """Make an example for the contact sheet: the enlarged and the clean picture."""
        clean = luma(opened(photograph, 0, self)[0])
        return np.clip(enlarged(halved(clean), clean.shape), 0, 1), clean


def halved(plane):
    """Halve a plane, H x W, float32, by antialiased bicubic interpolation, as MATLAB does."""
    return enlarged(plane, [-(-side // FACTOR) for side in plane.shape])
