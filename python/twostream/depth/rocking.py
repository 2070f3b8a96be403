"""A rocking view of a scene: an animation in which near things move against far ones."""

import cv2
import numpy as np
from PIL import Image

from ..io.atomic import atomic_write

LARGEST = 480
"""Longer side of the animation in pixels."""
REACH = 0.015
"""Largest shift to either side, as a share of the longer side."""
VIEWS, MILLISECONDS = 16, 70
"""Number of views, and milliseconds of each."""
STEPS = 4
"""Number of steps to find the point that a pixel shows."""


def write_rocking(path, image, height):
    """Write an animated GIF that repeats without end.

    `image` is H x W x 3, uint8, `height` H x W, float32, from 0 (farthest) to 1 (nearest). Raise
    BadInput if the file cannot be written.
    """
    scale = min(1, LARGEST / max(height.shape))
    size = tuple(max(1, round(side * scale)) for side in height.shape[::-1])
    image, height = (cv2.resize(x, size, interpolation=cv2.INTER_AREA) for x in (image, height))
    swing = REACH * max(size) * np.sin(2 * np.pi * np.arange(VIEWS) / VIEWS)
    first, *others = (Image.fromarray(view(image, height, shift)) for shift in swing)
    with atomic_write(path) as partial:
        how = {"save_all": True, "append_images": others, "duration": MILLISECONDS, "loop": 0}
        first.save(partial, "GIF", **how)


def view(image, height, shift):
    """Draw an image, H x W x 3, with its nearest points moved to the right by `shift` pixels.

    The farthest points move as far to the left.
    """
    y, x = np.indices(height.shape, np.float32)
    found = x
    for _ in range(STEPS):
        there = cv2.remap(height, found, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        found = x - np.float32(shift) * (2 * there - 1)
    return cv2.remap(image, found, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
