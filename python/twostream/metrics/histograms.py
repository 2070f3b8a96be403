"""Histograms of 256 bins, alone and joint, and their entropy."""

import numpy as np


def whole_levels(plane):
    """Levels of a Plane rounded to whole ones, half up; H x W integers of 0 to 255."""
    return np.floor(plane.values + 0.5).astype(np.intp)


def stretched_levels(plane):
    """Levels stretched from their minimum and maximum to 0..255; a constant Plane becomes 0."""
    low, high = plane.values.min(), plane.values.max()
    if low == high:
        return np.zeros(plane.values.shape, np.intp)
    return np.floor((plane.values - low) / (high - low) * 255 + 0.5).astype(np.intp)


def histogram(plane, levels):
    """Count the 256 levels of a Plane; `levels` is one of the two functions above."""
    return np.bincount(plane.once(levels).ravel(), minlength=256)


def joint_histogram(x, y, levels):
    """Count pairs of levels of two Planes: 256 x 256, x down, y across."""
    cells = 256 * x.once(levels) + y.once(levels)
    return np.bincount(cells.ravel(), minlength=256 * 256).reshape(256, 256)


def entropy_bits(counts):
    """Shannon's entropy of counts, in bits."""
    counts = counts[counts > 0]
    share = counts / counts.sum()
    return float(-(share * np.log2(share)).sum()) + 0.0  # no -0


def plane_entropy(plane, levels):
    """Entropy of a Plane's levels in bits."""
    return entropy_bits(histogram(plane, levels))
