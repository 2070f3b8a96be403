"""Saliency weights and weighted means, with 0/0 defined."""

import numpy as np


def shares(saliencies):
    """Return the share of each source in the total saliency, pixel by pixel.

    `saliencies` are maps, one per source, not negative. The shares sum to 1 everywhere, and are
    equal where no source has any saliency.
    """
    total = sum(saliencies)
    none = total == 0
    if not none.any():
        return [saliency / total for saliency in saliencies]
    total = np.where(none, 1, total)
    return [np.where(none, 1 / len(saliencies), saliency / total) for saliency in saliencies]


def weighted_mean(values, weights):
    """Return the weighted mean over maps of one shape; the plain mean if all weights are 0."""
    total = sum(weight.sum() for weight in weights)
    if total == 0:
        return float(np.mean(values))
    return float(sum((v * w).sum() for v, w in zip(values, weights)) / total)
