"""Chen and Varshney's metric Q_CV."""

import cv2
import numpy as np

from .contrast_sensitivity import seen
from .histograms import stretched_levels
from .plane import Picture, Pictures, Range, planes
from .pooling import weighted_mean

_DEGREES = 4
_BLOCK = 16
_ALPHA = 5


def qcv(sources: Pictures, fused: Picture, *, data_range: Range = None) -> float:
    """Compute Chen and Varshney's Q_CV: visible difference from the sources.

    Each picture is stretched to 0..255 and rounded half up. The difference of a source X and the
    fused picture is filtered in the Fourier domain with Mannos and Sakrison's contrast sensitivity
    ``S(r) = 2.6 (0.0192 + 0.144 r) exp(-(0.144 r)^1.1)``. r is in cycles per quarter of the
    picture. For each block of 16 x 16 pixels, D is the mean square of the filtered difference. The
    saliency is the sum of gX^5, where gX is the magnitude of the Sobel gradient. Value: sum of
    saliency times D over blocks and sources, divided by the sum of saliency; the plain mean of D if
    all saliency is 0. Pixels outside the picture count as 0, for the gradient and in blocks that
    extend beyond the picture.

    Parameters
    ----------
    sources, fused
        One or more sources of at least 16 x 16; see `twostream.metrics`.

    Returns
    -------
    float
        0 (the source itself) or more, in squared gray levels; lower is better.

    References
    ----------
    H. Chen, P. K. Varshney, "A human perception inspired quality metric for image fusion based on
    regional information", Information Fusion 8(2), 2007.
    Public code: `metricChen` of zhengliu6699/imageFusionMetrics, which settles what the paper
    leaves open.
    """
    sources, fused = planes(sources, fused, smallest=_BLOCK, data_range=data_range)
    other = fused.once(stretched_levels)
    differences = [
        _block_sums(seen(source.once(stretched_levels) - other, _sensitivity, _DEGREES) ** 2)
        / _BLOCK**2
        for source in sources
    ]
    return weighted_mean(differences, [source.once(saliency) for source in sources])


def saliency(plane):
    """Sum of gX^5 of a Plane in each block; see `qcv`."""
    picture = plane.once(stretched_levels).astype(np.float64)
    gx = cv2.Sobel(picture, cv2.CV_64F, 1, 0, borderType=cv2.BORDER_CONSTANT)
    gy = cv2.Sobel(picture, cv2.CV_64F, 0, 1, borderType=cv2.BORDER_CONSTANT)
    return _block_sums(np.sqrt(gx * gx + gy * gy) ** _ALPHA)


def _sensitivity(frequency):
    return 2.6 * (0.0192 + 0.144 * frequency) * np.exp(-((0.144 * frequency) ** 1.1))


def _block_sums(values):
    height, width = values.shape
    filled = np.pad(values, ((0, -height % _BLOCK), (0, -width % _BLOCK)))
    rows, columns = (length // _BLOCK for length in filled.shape)
    return filled.reshape(rows, _BLOCK, columns, _BLOCK).sum(axis=(1, 3))
