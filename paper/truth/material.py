"""Photographs of the truth sets, which are held out from training, with their objects."""

from dataclasses import dataclass

import cv2
import numpy as np

from twostream.data.dataset import Amounts, split_photographs
from twostream.data.object_regions import object_region
from twostream.data.patches import Recipe
from twostream.data.sources import read_image
from twostream.errors import BadInput

SMALLEST = 240
"""Least side of a photograph, in pixels."""

LEAST = 4
"""Least number of scenes, so that one is left when three objects come from others."""

OBJECT_SHARE = (0.05, 0.6)
"""Share of a photograph's pixels that an object may have."""


@dataclass(frozen=True)
class Material:
    """A photograph's pixels (H x W x 3, uint8) and its largest object (H x W, bool)."""

    name: str
    image: np.ndarray
    region: np.ndarray

    @property
    def detail(self):
        """Mean magnitude of the Laplacian, in levels; small for a blurred photograph."""
        gray = cv2.cvtColor(self.image, cv2.COLOR_RGB2GRAY)
        return float(np.abs(cv2.Laplacian(gray, cv2.CV_32F)).mean())

    @property
    def has_object(self):
        """Whether the object covers a share of the picture within `OBJECT_SHARE`."""
        return OBJECT_SHARE[0] <= self.region.mean() <= OBJECT_SHARE[1]


@dataclass(frozen=True)
class Supply:
    """Validation photographs for truth sets, as lists of Material."""

    all: list
    objects: list  # those with an object to stand in front of another scene
    scenes: list  # the half with most detail, whose blur shows

    def shuffled(self, rng):
        """Return a Supply with each list shuffled."""
        lists = (self.all, self.objects, self.scenes)
        return Supply(*([found[i] for i in rng.permutation(len(found))] for found in lists))

    def take(self, number, objects=1):
        """Return the scene of a number, and a list of objects of other photographs."""
        first = number * objects
        chosen = [self.objects[k % len(self.objects)] for k in range(first, first + objects)]
        names = {material.name for material in chosen}
        others = [scene for scene in self.scenes if scene.name not in names]
        return others[number % len(others)], chosen


def validation_supply(photographs):
    """Read the photographs that `dataset.build`, with its defaults, keeps for validation.

    Parameters
    ----------
    photographs : list of Photograph
        All photographs, the same list that `dataset.build` takes.

    Returns
    -------
    Supply

    Raises
    ------
    BadInput
        If too few can be used, or one cannot be read.
    """
    rng = np.random.default_rng(Recipe().seed)
    validation, _ = split_photographs(photographs, Amounts().val_share, rng)
    read = [_material(photograph) for photograph in sorted(validation, key=lambda p: p.name)]
    usable = [m for m in read if min(m.image.shape[:2]) >= SMALLEST]
    objects = [m for m in usable if m.has_object]
    scenes = sorted(usable, key=lambda m: -m.detail)[: (len(usable) + 1) // 2]
    if len(scenes) < LEAST or not objects:
        raise BadInput(
            f"Truth sets need {2 * LEAST} photographs for validation, a tenth of all, of "
            f"{SMALLEST} pixels a side or more, and an object; there are {len(usable)}."
        )
    return Supply(usable, objects, scenes)


def _material(photograph):
    image = read_image(photograph)
    region = object_region(photograph, image.shape[:2], np.random.default_rng(0))
    return Material(photograph.name, image, _largest_part(region))


def _largest_part(region):
    """Leave the largest connected part of a region."""
    count, labels, sizes, _ = cv2.connectedComponentsWithStats(region.astype(np.uint8))
    return labels == 1 + sizes[1:, cv2.CC_STAT_AREA].argmax() if count > 1 else region
