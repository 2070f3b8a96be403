"""Chen and Blum's metric Q_CB."""

import cv2
import numpy as np

from .contrast_sensitivity import seen
from .histograms import stretched_levels
from .plane import Picture, Pictures, Range, planes
from .pooling import shares

_DEGREES = 15
_REACH = 15  # half-width of the Gaussian kernels in pixels


def qcb(sources: Pictures, fused: Picture, *, data_range: Range = None) -> float:
    """Compute Chen and Blum's Q_CB: how much of the visible contrast is preserved.

    Each picture is stretched to 0..255, rounded half up, and filtered in the Fourier domain with
    the contrast sensitivity ``S(r) = exp(-(r / 15.387)^2) - 0.7622 exp(-(r / 1.3456)^2)``, r in
    cycles per 1/15 of the picture. Its local contrast is ``C = |(G2 * f) / (G4 * f) - 1|``. G2 and
    G4 are Gaussian densities of sigma 2 and 4 on 31 x 31 pixels (not normalised). Pixels outside
    the picture count as 0. The masked contrast is C' = C^3 / (C^2 + 1e-4). For each source X,
    Q = min(C'X, C'F) / max(C'X, C'F) and lambda_X = C'X^2 / sum of C'^2. Value: mean over the
    pixels of sum lambda_X Q. Where 0/0 occurs, C is 0, Q is 1, and the lambdas are equal.

    Parameters
    ----------
    sources, fused
        One or more sources of at least 31 x 31; see `twostream.metrics`.

    Returns
    -------
    float
        0 to 1, higher is better; 1 for the source itself.

    References
    ----------
    Y. Chen, R. S. Blum, "A new automated quality assessment algorithm for image fusion", Image
    and Vision Computing 27(10), 2009.
    Public code: `metricChenBlum` of zhengliu6699/imageFusionMetrics, which settles what
    the paper leaves open.
    """
    sources, fused = planes(sources, fused, smallest=2 * _REACH + 1, data_range=data_range)
    contrasts = [source.once(masked_contrast) for source in sources]
    lambdas = shares([contrast**2 for contrast in contrasts])
    fused_contrast = fused.once(masked_contrast)
    preserved = (_ratio(contrast, fused_contrast) for contrast in contrasts)
    return float(sum(share * kept for share, kept in zip(lambdas, preserved)).mean())


def masked_contrast(plane):
    """Return the masked contrast C' of a Plane, H x W; see `qcb`."""
    picture = seen(plane.once(stretched_levels).astype(np.float64), _sensitivity, _DEGREES)
    fine, coarse = _blurred(picture, 2), _blurred(picture, 4)
    contrast = np.divide(fine, coarse, out=np.ones_like(fine), where=coarse != 0) - 1
    contrast = np.abs(contrast)
    return contrast**3 / (contrast**2 + 1e-4)


def _sensitivity(frequency):
    return np.exp(-((frequency / 15.387) ** 2)) - 0.7622 * np.exp(-((frequency / 1.3456) ** 2))


def _blurred(values, sigma):
    offset = np.arange(-_REACH, _REACH + 1)
    kernel = np.exp(-(offset**2) / (2 * sigma**2)) / (np.sqrt(2 * np.pi) * sigma)
    return cv2.sepFilter2D(values, cv2.CV_64F, kernel, kernel, borderType=cv2.BORDER_CONSTANT)


def _ratio(x, y):
    larger = np.maximum(x, y)
    return np.divide(np.minimum(x, y), larger, out=np.ones_like(x), where=larger > 0)
