"""Fusion of pyramids of differences or ratios of the levels of a Gaussian pyramid."""

import cv2

from .fusion_rules import choose_max


def fuse_pyramids(planes, levels, window, detail, undo):
    """Fuse planes level by level: details of largest magnitude, mean of the coarsest planes.

    Parameters
    ----------
    planes : list of numpy.ndarray
        H x W, float64.
    levels : int
        Number of detail levels. Sides are halved at each level, down to one pixel.
    window : int
        See `fusion_rules.choose_max`.
    detail, undo : callable
        ``detail(plane, smooth)`` compares a plane with the next coarser one, expanded;
        ``undo(detail, smooth)`` restores the plane.

    Returns
    -------
    numpy.ndarray
        H x W.
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
    """Undo the halving of `reduce` by interpolation with the same filter.

    Parameters
    ----------
    plane : numpy.ndarray
        ceil(H / 2) x ceil(W / 2).
    shape : tuple of int
        H, W.

    Returns
    -------
    numpy.ndarray
        H x W.
    """
    return cv2.pyrUp(plane, dstsize=shape[::-1])
