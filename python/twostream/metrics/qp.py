"""Zhao's metric Q_P, of phase congruency."""

import cv2
import numpy as np

from .phase_congruency import phase_congruency
from .plane import Picture, Pictures, Range, planes
from .windows import gaussian

_FEATURE = 0.1
_CONSTANT = 1e-4
_WINDOW = np.array(gaussian(11, 1.5))


def qp(sources: Pictures, fused: Picture, *, data_range: Range = None) -> float:
    """Compute Zhao's Q_P: how well edges and corners, found by phase congruency, are kept.

    The product of three values, for the phase congruency P, its largest and its smallest moment.
    Each is a mean over the pixels where any source has P > 0.1. There, C(X) correlates a source's
    map (0 where P <= 0.1) and the fused picture's: (cov + 1e-4) / (sqrt(vX vF) + 1e-4). The window
    is an 11 x 11 Gaussian of sigma 1.5, with zeros outside the picture. A source with P <= 0.1 has
    C(X) = 0. A pixel gets the greatest C(X) of the sources and of a map that takes each pixel from
    the source of largest P.

    Parameters
    ----------
    sources, fused
        One or more sources of at least 11 x 11; see `twostream.metrics`.

    Returns
    -------
    float
        -1 to 1, higher is better. The fused picture's map has no threshold, so the source itself
        gets less than 1. 0 if no source has a feature (0/0 in the public code).

    References
    ----------
    J. Zhao, R. Laganiere, Z. Liu, "Performance assessment of combinative pixel-level image fusion
    based on an absolute feature measurement", International Journal of Innovative Computing,
    Information and Control 3(6A), 2007. Public code: `metricZhao` of
    zhengliu6699/imageFusionMetrics.
    """
    sources, fused = planes(sources, fused, len(_WINDOW), data_range)
    features = [source.once(phase_congruency) for source in sources]
    features.append(_strongest(features))
    masks = [maps[0] > _FEATURE for maps in features]
    count = masks[-1].sum()
    if not count:
        return 0.0
    kept = [
        np.maximum.reduce([_correlation(x, y, mask) for x, mask in zip(maps, masks)]).sum() / count
        for *maps, y in zip(*features, fused.once(phase_congruency))
    ]
    return float(np.prod(kept))


def _strongest(features):
    """Take each pixel from the source of largest congruency, of equal ones from the last."""
    strongest = features[0]
    for maps in features[1:]:
        strongest = np.where(strongest[0] > maps[0], strongest, maps)
    return strongest


def _correlation(x, y, mask):
    x = x * mask
    mx, my = _mean(x), _mean(y)
    vx, vy = _mean(x * x) - mx * mx, _mean(y * y) - my * my
    covariance = _mean(x * y) - mx * my
    return mask * (covariance + _CONSTANT) / (np.sqrt(np.abs(vx * vy)) + _CONSTANT)


def _mean(values):
    return cv2.sepFilter2D(values, cv2.CV_64F, _WINDOW, _WINDOW, borderType=cv2.BORDER_CONSTANT)
