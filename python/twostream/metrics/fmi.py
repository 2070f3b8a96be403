"""Compute the feature mutual information (FMI)."""

from functools import partial

import numpy as np

from ..names import lookup
from .plane import Picture, Pictures, Range, planes

_SIDE = 3
_COUNT = _SIDE**2
_AT_ONCE = 4096
"""Number of windows that are computed together; they fit into the processor's cache."""


def fmi(
    sources: Pictures, fused: Picture, variant: str = "gradient", *, data_range: Range = None
) -> float:
    """Compute the feature mutual information of the fused image and the sources.

    In each window of 3 x 3 pixels, the features are stretched from 0 to 1 and divided by their sum.
    They count as a probability p of the nine positions (column by column). The joint probability of
    source and fused picture is phi U + (1 - phi) pX pF. U is Frechet's upper bound for the two
    cumulative distributions, or the lower bound if the correlation is negative. phi is the
    correlation of pX and pF divided by that of U. With Shannon's entropies H in bits, a window
    gets 2 (H(X) + H(F) - H(X,F)) / (H(X) + H(F)), and 1 where the features are the same. Value:
    the mean over windows and sources. Where the features of either are constant, phi is 0 (in
    the public code rounding decides).

    Parameters
    ----------
    sources, fused
        One or more sources of at least 3 x 3; see `twostream.metrics`.
    variant : str
        - ``"gradient"``: the feature is the central difference in a row, as of MATLAB's
          ``gradient`` with one result.
        - ``"pixel"``: the gray levels themselves, ``'none'`` in the public code. (What tables of
          fusion by deep learning call FMI_pixel is often MATLAB's ``edge``, which is not here.)

    Returns
    -------
    float
        About 0 to 1, higher is better; 1 for the source itself. If phi is above 1, a probability
        can be below 0; like the public code, this takes the real part of its logarithm.

    References
    ----------
    M. B. A. Haghighat, A. Aghagolzadeh, H. Seyedarabi, "A non-reference image fusion metric based
    on mutual information of image features", Computers and Electrical Engineering 37(5), 2011.
    M. Haghighat, M. A. Razian, "Fast-FMI: non-reference image fusion metric", AICT 2014.
    Public code: the authors' `fmi`, as in Linfeng-Tang/Image-Fusion (`analysis_fmi`).
    """
    feature = lookup(variant, _VARIANTS, "variant of fmi")
    sources, fused = planes(sources, fused, smallest=_SIDE, data_range=data_range)
    there = _windows(feature(fused.values))
    return float(np.mean([_mean_shared(_windows(feature(s.values)), there) for s in sources]))


def _windows(feature):
    """Return nine rows, one for each pixel of a window, and a column for each window."""
    rows, columns = (length - _SIDE + 1 for length in feature.shape)
    shifts = [(y, x) for x in range(_SIDE) for y in range(_SIDE)]
    return np.stack([feature[y : y + rows, x : x + columns].ravel() for y, x in shifts])


def _mean_shared(source, fused):
    starts = range(0, source.shape[1], _AT_ONCE)
    return sum(
        _shared(source[:, n : n + _AT_ONCE], fused[:, n : n + _AT_ONCE]).sum() for n in starts
    ) / len(source[0])


def _shared(source, fused):
    """Return the normalised mutual information in each window."""
    same = (source == fused).all(axis=0)
    x, y = _probability(source), _probability(fused)
    correlation = _correlation(x, y)
    # Frechet's lower bound of two distributions is the upper one of the first and the second
    # backwards.
    x = np.where(correlation < 0, x[::-1], x)
    total = _entropy(x).sum(axis=0) + _entropy(y).sum(axis=0)
    joint = _joint_entropy(x, y, np.abs(correlation))
    shared = np.divide(2 * (total - joint), total, out=np.zeros_like(total), where=total > 0)
    return np.where(same, 1, shared)


def _probability(features):
    low, high = features.min(axis=0), features.max(axis=0)
    flat = low == high
    stretched = (features - low) / np.where(flat, 1, high - low)
    stretched[:, flat] = 1
    return stretched / stretched.sum(axis=0)


def _correlation(x, y):
    dx, dy = (np.where(np.ptp(p, axis=0) > 0, p - p.mean(axis=0), 0) for p in (x, y))
    products = (dx * dy).sum(axis=0)
    norm = np.sqrt((dx * dx).sum(axis=0) * (dy * dy).sum(axis=0))
    return np.divide(products, norm, out=np.zeros_like(norm), where=norm > 0)


def _joint_entropy(x, y, correlation):
    cx, cy = x.cumsum(axis=0), y.cumsum(axis=0)
    covariance = sum(np.minimum(c, cx).sum(axis=0) for c in cy) - cx.sum(axis=0) * cy.sum(axis=0)
    spread = _deviation(x) * _deviation(y)
    usable = (spread > 0) & (covariance > 0)
    phi = np.divide(correlation * spread, covariance, out=np.zeros_like(spread), where=usable)
    entropy = 0
    for n in range(_COUNT):
        # Mass that U gives to two positions: the overlap of their cumulative steps.
        low, high = (cy[n - 1] if n else 0), cy[n]
        common = np.minimum(cx, high) - np.maximum(cx - x, low)
        entropy += _entropy(phi * np.maximum(common, 0) + (1 - phi) * x * y[n]).sum(axis=0)
    return entropy


def _deviation(p):
    """Compute the standard deviation of the position in a window."""
    place = np.arange(1, _COUNT + 1)[:, None]
    variance = (place**2 * p).sum(axis=0) - (place * p).sum(axis=0) ** 2
    return np.sqrt(np.maximum(variance, 0))


def _entropy(p):
    return -p * np.log2(np.where(p == 0, 1, np.abs(p)))


_VARIANTS = {"gradient": partial(np.gradient, axis=1), "pixel": np.asarray}
