"""One example of a truth set, and its files."""

from dataclasses import dataclass
from string import ascii_uppercase
from typing import Optional

import numpy as np

from twostream.io import images


@dataclass(frozen=True)
class Example:
    """A scene whose truth is known."""

    name: str
    photographs: tuple  # names of its photographs
    how: str  # description of the blur, in a few words
    sources: tuple  # of numpy.ndarray; H x W or H x W x 3, uint8
    clean: np.ndarray  # like a source, sharp all over
    band: np.ndarray  # H x W, bool: near the boundaries between regions of different focus
    depth: Optional[np.ndarray] = None  # H x W, float32: number of the frame in focus there

    def write(self, folder):
        """Write ``<name>_A.png`` ..., ``<name>_clean.png`` and ``<name>_band.png``, white in it.

        If the depth is known, write ``<name>_depth.tif``.
        """
        parts = dict(zip(ascii_uppercase, self.sources), clean=self.clean)
        parts["band"] = np.where(self.band, 255, 0).astype(np.uint8)
        for part, image in parts.items():
            images.write(folder / f"{self.name}_{part}.png", image)
        if self.depth is not None:
            images.write(folder / f"{self.name}_depth.tif", self.depth)
