"""The field of view that all frames of a stack have in common."""

import math

import numpy as np

ROUNDS = 20
"""Iterations in which each side of the rectangle is moved with the others fixed."""


def common_field(transforms, shape):
    """Find a large rectangle of the reference frame, of H x W pixels, that all frames cover.

    The transforms map pixel coordinates of the reference frame to those of the frames. Return top,
    left, height and width; the last two are 0 or less if there is no such rectangle.
    """
    height, width = shape
    sides = np.array([0.0, 0.0, height - 1.0, width - 1.0])
    for _ in range(ROUNDS):
        sides = _moved(transforms, sides, height - 1, width - 1)
    top, left = (math.ceil(side - 1e-6) for side in sides[:2])
    bottom, right = (math.floor(side + 1e-6) for side in sides[2:])
    return top, left, bottom - top + 1, right - left + 1


def _moved(transforms, sides, lowest, rightmost):
    """Move each side to where every frame covers both of its ends, with the other sides fixed."""
    moved = np.array([0.0, 0.0, lowest, rightmost])
    for transform in transforms:
        for axis, last in ((1, lowest), (0, rightmost)):
            # A point is covered if 0 <= row @ point and 0 <= (last * row of ones - row) @ point.
            near, far = transform[axis], last * transform[2] - transform[axis]
            other = 1 - axis
            for end in (sides[axis], sides[2 + axis]):
                first, final = (-(row[other] * end + row[2]) / row[axis] for row in (near, far))
                moved[1 - axis] = max(moved[1 - axis], first)
                moved[3 - axis] = min(moved[3 - axis], final)
    return moved
