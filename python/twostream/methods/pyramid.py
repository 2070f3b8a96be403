"""Fusion of pyramids of differences or ratios of the levels of a Gaussian pyramid."""

from functools import wraps

import cv2

from .fusion_rules import choose_max

_FLOOR = 1 / 255
"""Least pixel value after the shift: one 8-bit gray level."""


def fuse_pyramids(planes, levels, window, detail, undo):
    """Fuse planes level by level: details of largest magnitude, mean of the coarsest planes.

    Sides are halved at each of the `levels`, down to one pixel; `window` is that of
    `fusion_rules.choose_max`. ``detail(plane, smooth)`` compares a plane with the next coarser one,
    expanded, and ``undo(detail, smooth)`` restores the plane.
    """
    if levels == 0:
        return sum(planes) / len(planes)
    coarse = [reduce(plane) for plane in planes]
    shape = planes[0].shape
    details = [detail(plane, expand(c, shape)) for plane, c in zip(planes, coarse)]
    fused = fuse_pyramids(coarse, levels - 1, window, detail, undo)
    return undo(choose_max(details, window), expand(fused, shape))


def reduce(plane):
    """Smooth by [1 4 6 4 1] / 16 along both axes, mirrored at the borders, and halve the sides."""
    return cv2.pyrDown(plane)


def expand(plane, shape):
    """Undo the halving of `reduce` by interpolation with the same filter, to planes of `shape`."""
    return cv2.pyrUp(plane, dstsize=shape[::-1])


def shift_positive(fuse_planes):
    """Decorate a method for planes that must be positive: shift them up, and the result back."""

    @wraps(fuse_planes)
    def fuse(planes, **options):
        shift = _FLOOR - min(0, *(plane.min() for plane in planes))
        return fuse_planes([plane + shift for plane in planes], **options) - shift

    return fuse
