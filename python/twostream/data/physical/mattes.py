"""Mattes of near objects: the share of each pixel that the object covers.

Outlines are those of a photograph's object or random shapes; some are thin structures, some have
hair, some are soft all round.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from ..object_regions import random_region

FINE = 4
"""Factor of enlargement at which thin lines are drawn before they are reduced."""


@dataclass(frozen=True)
class Mattes:
    """Distribution of random mattes."""

    masks: float = 0.5  # masks, thin: shares of photographs' objects and thin lines; else shapes
    thin: float = 0.2
    hair: float = 0.2  # share of masks and shapes that have hair
    soft: float = 0.15  # share of masks and shapes with a softer edge than in sharp photographs
    edge: tuple = (0.3, 0.8)  # least and greatest sigma in pixels of the edge in a sharp photograph
    softest: float = 4.0  # greatest standard deviation of a soft edge

    def draw(self, mask, rng):
        """Draw a matte, H x W in [0, 1]; for a share it is `mask`, a photograph's object."""
        kind = rng.random()
        if kind < self.thin:
            lines = thin_structure(mask.shape, rng)
            return cv2.GaussianBlur(lines, (0, 0), rng.uniform(*self.edge) / 2)
        outline = mask
        if kind >= self.thin + self.masks or mask.min() > 0.5 or mask.max() < 0.5:
            outline = random_region(mask.shape, rng).astype(np.float32)
        sigma = rng.uniform(*self.edge)
        if rng.random() < self.soft:
            sigma = math.exp(rng.uniform(math.log(self.edge[1]), math.log(self.softest)))
        matte = cv2.GaussianBlur(outline, (0, 0), sigma)
        return np.maximum(matte, hair(outline, rng)) if rng.random() < self.hair else matte


def thin_structure(shape, rng):
    """Draw 2 to 10 bent lines across the picture, each 0.75 to 6 pixels wide."""
    fine = np.zeros([side * FINE for side in shape], np.uint8)
    for _ in range(rng.integers(2, 11)):
        ends = rng.uniform(-0.2, 1.2, (3, 2)) * fine.shape[::-1]
        _line(fine, _bent(*ends), rng.uniform(0.75, 6), 255)
    return _reduced(fine, shape)


def hair(outline, rng):
    """Draw 20 to 200 hairs, H x W in [0, 1], that grow out of the outline of an object.

    The object is where the outline is above 0.5.
    """
    smooth = cv2.GaussianBlur(outline, (0, 0), 4)
    across, down = (cv2.Sobel(smooth, -1, *order) for order in ((1, 0), (0, 1)))
    roots = np.argwhere((np.abs(smooth - 0.5) < 0.2) & (np.hypot(across, down) > 0))
    fine = np.zeros([side * FINE for side in outline.shape], np.uint8)
    if len(roots):
        longest, curl = rng.uniform(5, 40), rng.uniform(0, 0.8)
        for y, x in roots[rng.integers(0, len(roots), rng.integers(20, 201))]:
            angle = math.atan2(-down[y, x], -across[y, x]) + rng.normal(0, 0.5)
            middle, tip = (_away(angle + rng.normal(0, curl), longest * n) for n in (0.5, 1))
            root = np.array([x, y])
            line = _bent(*(FINE * (root + step) for step in (0, middle, tip * rng.random())))
            _line(fine, line, rng.uniform(0.3, 1.5), int(rng.uniform(100, 256)))
    return _reduced(fine, outline.shape)


def _away(angle, distance):
    return distance * np.array([math.cos(angle), math.sin(angle)])


def _bent(start, middle, end):
    """Return points of the quadratic Bezier curve."""
    t = np.linspace(0, 1, 20)[:, None]
    return (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end


def _line(fine, points, width, level):
    thickness = max(1, round(width * FINE))
    cv2.polylines(fine, [np.rint(points).astype(np.int32)], False, level, thickness)


def _reduced(fine, shape):
    small = cv2.resize(fine, shape[::-1], interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / 255
