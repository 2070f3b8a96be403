"""Choice of the detail of a pair that a figure magnifies."""

import cv2
import numpy as np

SIDE = 56
"""Side of a detail in pixels."""

KNOWN = {
    ("clock", (512, 512)): (250, 180),
    ("clockdark", (512, 512)): (250, 180),
    ("pepsi", (512, 512)): (60, 180),
    ("cameralr", (256, 256)): (48, 100),
}
"""Name and size of a pair -> top and left of its detail, at a boundary between near and far."""


def detail(scene, pictures):
    """Choose a pair's detail: a fixed one for known pairs, else where the pictures differ most.

    `pictures` are fused by all methods, H x W x 3, uint8. Return the slices of rows and columns:
    `SIDE` of each, or all of a smaller picture.
    """
    height, width = pictures[0].shape[:2]
    corner = KNOWN.get((scene, (height, width)))
    top, left = corner or _largest_difference(pictures, min(SIDE, height), min(SIDE, width))
    return slice(top, min(top + SIDE, height)), slice(left, min(left + SIDE, width))


def _largest_difference(pictures, rows, columns):
    """Find the corner of the detail where the pictures differ most from their median.

    At each pixel the picture that differs most is ignored. It would usually be the plain average,
    which is blurred everywhere.
    """
    planes = np.stack([cv2.cvtColor(p, cv2.COLOR_RGB2GRAY) for p in pictures]).astype(np.float32)
    distances = np.sort(np.abs(planes - np.median(planes, axis=0)), axis=0)
    sums = cv2.integral(distances[:-1].sum(axis=0))
    above, below = sums[:-rows], sums[rows:]
    inside = below[:, columns:] - below[:, :-columns] - above[:, columns:] + above[:, :-columns]
    return np.unravel_index(inside.argmax(), inside.shape)
