"""Histograms and joint histograms of 256 gray levels, and their entropy."""

import numpy as np


def whole_levels(plane):
    """Round the levels of a Plane half up: H x W integers from 0 to 255."""
    return np.floor(plane.values + 0.5).astype(np.intp)


def stretched_levels(plane):
    """Stretch a Plane from its minimum and maximum to 0..255; a constant Plane becomes 0."""
    low, high = plane.values.min(), plane.values.max()
    if low == high:
        return np.zeros(plane.values.shape, np.intp)
    return np.floor((plane.values - low) / (high - low) * 255 + 0.5).astype(np.intp)


def histogram(plane, levels):
    """Count the 256 levels of a Plane; `levels` is `whole_levels` or `stretched_levels`."""
    return np.bincount(plane.once(levels).ravel(), minlength=256)


def joint_histogram(x, y, levels):
    """Count the pairs of levels of two Planes: 256 x 256, rows for x, columns for y."""
    cells = 256 * x.once(levels) + y.once(levels)
    return np.bincount(cells.ravel(), minlength=256 * 256).reshape(256, 256)


def entropy_bits(counts):
    """Return the Shannon entropy of a histogram in bits."""
    counts = counts[counts > 0]
    share = counts / counts.sum()
    return float(-(share * np.log2(share)).sum()) + 0.0  # no -0


def plane_entropy(plane, levels):
    """Return the entropy of the levels of a Plane in bits."""
    return entropy_bits(histogram(plane, levels))
