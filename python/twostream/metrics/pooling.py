"""Saliency weights and weighted means, with 0/0 defined."""

import numpy as np


def shares(saliencies):
    """Share of each source in the total saliency, pixel by pixel.

    Parameters
    ----------
    saliencies : sequence of numpy.ndarray
        One map per source, not negative.

    Returns
    -------
    list of numpy.ndarray
        Maps that sum to 1 everywhere; equal where no source has any saliency.
    """
    total = sum(saliencies)
    none = total == 0
    if not none.any():
        return [saliency / total for saliency in saliencies]
    total = np.where(none, 1, total)
    return [np.where(none, 1 / len(saliencies), saliency / total) for saliency in saliencies]


def weighted_mean(values, weights):
    """Weighted mean over several maps; the plain mean if all weights are 0.

    Parameters
    ----------
    values, weights : sequence of numpy.ndarray
        The maps, and as many weights of the same shapes, not negative.

    Returns
    -------
    float
    """
    total = sum(weight.sum() for weight in weights)
    if total == 0:
        return float(np.mean(values))
    return float(sum((v * w).sum() for v, w in zip(values, weights)) / total)
