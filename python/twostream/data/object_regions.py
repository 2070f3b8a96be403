"""Object regions of photographs, which are blurred in picture A and sharp in picture B.

The paper takes objects from the boxes of ImageNet DET and does not say how it finds them in AVA.
Here the region is the mask or the outlines if there are any, else an ellipse in a box, else a
random shape.
"""

import math

import cv2
import numpy as np
from PIL import Image

from ..errors import BadInput
from .sources import decoded

BOX_SHARE = (0.01, 0.8)
RANDOM_SHARE = (0.1, 0.6)
WAVES = 8
PERIODS = (0.5, 2.5)


def object_region(photograph, shape, rng):
    """Return the object region of a photograph: H x W booleans, True on the object.

    A region that is empty or covers the whole picture is replaced by a random shape, because the
    pair would have no boundary of focus. Raise BadInput if the mask cannot be read or its size
    differs from the picture's.
    """
    region = _annotated_region(photograph, shape, rng)
    return random_region(shape, rng) if region.all() or not region.any() else region


def random_region(shape, rng):
    """Make a random smooth shape by thresholding low-pass noise (a sum of plane waves).

    The result is True on 10 % to 60 % of its H x W pixels.
    """
    noise = _smooth_noise(shape, rng).ravel()
    count = math.ceil(rng.uniform(*RANDOM_SHARE) * noise.size)
    threshold = np.partition(noise, noise.size - count)[noise.size - count]
    return (noise >= threshold).reshape(shape)


def _smooth_noise(shape, rng):
    direction = rng.uniform(0, 2 * np.pi, WAVES)
    frequency = 2 * np.pi * rng.uniform(*PERIODS, WAVES) / max(shape)
    phase = rng.uniform(0, 2 * np.pi, WAVES)
    rows = np.exp(1j * np.outer(np.arange(shape[0]), frequency * np.sin(direction)))
    columns = np.exp(1j * (np.outer(np.arange(shape[1]), frequency * np.cos(direction)) + phase))
    return (rows @ columns.T).real


def _annotated_region(photograph, shape, rng):
    if photograph.mask is not None:
        return _mask_region(photograph, shape)
    if photograph.polygons:
        return _polygon_region(photograph.polygons, shape)
    if photograph.boxes:
        return _ellipse_region(_chosen_box(photograph.boxes, shape, rng), shape)
    return np.zeros(shape, bool)


def _mask_region(photograph, shape):
    if photograph.mask_labels:
        region = np.isin(_label_picture(photograph.mask), photograph.mask_labels)
    else:
        region = decoded(photograph.mask, cv2.IMREAD_GRAYSCALE) > 127
    if region.shape != tuple(shape):
        size, expected = ("x".join(map(str, side[::-1])) for side in (region.shape, shape))
        raise BadInput(
            f"The mask {photograph.mask} is {size} pixels, its photograph {expected}. Give masks "
            "of the same size."
        )
    return region


def _label_picture(path):
    # Not with OpenCV, which converts palette indices to colours.
    try:
        with Image.open(path) as image:
            labels, mode = np.array(image), image.mode
    except (OSError, SyntaxError, ValueError) as error:
        raise BadInput(f"The mask {path} cannot be read as an image ({error}).") from error
    if mode not in ("P", "L"):
        raise BadInput(
            f"The mask {path} is not a label picture: it has no palette and is not gray."
        )
    return labels


def _polygon_region(polygons, shape):
    region = np.zeros(shape, np.uint8)
    for outline in polygons:  # one by one, because fillPoly leaves out the overlaps of several
        points = np.round(np.reshape(outline, (-1, 2))).astype(np.int32)
        cv2.fillPoly(region, [points], 1)
    return region > 0


def _chosen_box(boxes, shape, rng):
    height, width = shape
    inside = np.clip(boxes, 0, (width, height, width, height))
    sides = np.maximum(inside[:, 2:] - inside[:, :2], 0)
    shares = sides.prod(axis=1) / (height * width)
    fitting = np.flatnonzero((shares >= BOX_SHARE[0]) & (shares <= BOX_SHARE[1]))
    return inside[fitting[rng.integers(len(fitting))] if len(fitting) else shares.argmax()]


def _ellipse_region(box, shape):
    left, top, right, bottom = box
    y, x = np.ogrid[: shape[0], : shape[1]]
    across = (2 * x + 1 - left - right) / max(right - left, 1)
    down = (2 * y + 1 - top - bottom) / max(bottom - top, 1)
    return across**2 + down**2 <= 1
