"""Piella's quality indices Q, Q_W and Q_E."""

import cv2
import numpy as np

from ..errors import BadInput
from ..names import lookup
from .plane import Picture, Pictures, Plane, Range, planes
from .pooling import shares, weighted_mean
from .windows import Window, gaussian, similarity, variance

WINDOWS = {
    "flat8": Window((1 / 8,) * 8, c1=(1e-6 * 255) ** 2, c2=(1e-6 * 255) ** 2),
    "ssim": Window(gaussian(11, 1.5), c1=(0.01 * 255) ** 2, c2=(0.03 * 255) ** 2),
    "block8": Window((1 / 8,) * 8, c1=0.0, c2=0.0, step=8),
}
"""The windows in which similarity is measured, by name; `q` explains the names."""


def q(
    sources: Pictures, fused: Picture, window: str = "flat8", *, data_range: Range = None
) -> float:
    """Compute Piella's fusion quality index Q: local similarity with the more salient source.

    In each window, the universal quality index is
    ``Q0(X,F) = (2 mX mF + c) (2 cov + c) / ((mX^2 + mF^2 + c) (vX + vF + c))``. Saliency is the
    variance: lambda_X = vX / sum of v, equal for all sources where every source is flat (variance
    exactly 0). Value: mean over the windows of sum lambda_X Q0(X,F).

    Parameters
    ----------
    sources, fused
        One or more sources at least as large as the window; see `twostream.metrics`.
    window : str
        Which windows are used; all lie wholly within the picture.

        - ``"flat8"``: 8 x 8 pixels of equal weight at every position, c = (1e-6 * 255)^2.
        - ``"ssim"``: 11 x 11 Gaussian of sigma 1.5 at every position, and SSIM for Q0, with
          constants (0.01 * 255)^2 and (0.03 * 255)^2.
        - ``"block8"``: 8 x 8 blocks side by side, c = 0; where Q0 is 0/0 (both flat), it is 0.
          Height and width must be multiples of 8.

    Returns
    -------
    float
        -1 to 1, higher is better; 1 for the source itself (except block8 with flat blocks).

    References
    ----------
    G. Piella, H. Heijmans, "A new quality metric for image fusion", ICIP 2003. Z. Wang,
    A. C. Bovik, "A universal image quality index", IEEE Signal Processing Letters 9(3), 2002.
    Public code: `metricPeilla` of yuliu316316/MFIF (flat8) and zhengliu6699/imageFusionMetrics
    (ssim), `fqiQ` and `wfq` of 2012 (block8).
    """
    sources, fused, window = _prepared(sources, fused, window, data_range)
    return float(fused.once(_quality, window, *sources).mean())


def qw(
    sources: Pictures, fused: Picture, window: str = "flat8", *, data_range: Range = None
) -> float:
    """Compute Piella's weighted quality index Q_W: `q` with windows weighted by saliency.

    The weight of a window is the largest of the sources' variances in it, so a flat window has no
    weight. If all windows are flat, all have the same weight. (In the public code a flat window
    may have a weight of 0.5 squared gray levels, depending on rounding; values differ by less
    than 1e-4.)

    Parameters, value range, errors and references are those of `q`.
    """
    sources, fused, window = _prepared(sources, fused, window, data_range)
    return _weighted(sources, fused, window)


def qe(
    sources: Pictures, fused: Picture, window: str = "flat8", *, data_range: Range = None
) -> float:
    """Compute Piella's edge-dependent quality index Q_E: Q_W times Q_W of the edge images.

    An edge picture is the gradient's magnitude by the 3 x 3 Prewitt kernels (weights 1, not
    normalised), with zeros outside the picture. The exponent alpha of the edges is 1.

    Parameters, value range, errors and references are those of `q`. No public code
    could be run for the windows ssim and block8.
    """
    sources, fused, window = _prepared(sources, fused, window, data_range)
    edges = [source.once(_edge_plane) for source in sources]
    return _weighted(sources, fused, window) * _weighted(edges, fused.once(_edge_plane), window)


def _prepared(sources, fused, name, data_range):
    window = lookup(name, WINDOWS, "window of Piella's indices")
    sources, fused = planes(sources, fused, len(window.weights), data_range)
    height, width = fused.values.shape
    if height % window.step or width % window.step:
        block, size = f"{window.step}x{window.step}", f"{width}x{height}"
        raise BadInput(f"Blocks of {block} pixels do not fill {size} pixels.")
    return sources, fused, window


def _weighted(sources, fused, window):
    variances = [source.once(variance, window) for source in sources]
    weight = np.maximum.reduce(variances)
    return weighted_mean([fused.once(_quality, window, *sources)], [weight])


def _quality(fused, window, *sources):
    """Map of sum lambda_X Q0(X,F)."""
    lambdas = shares([source.once(variance, window) for source in sources])
    scores = (similarity(source, fused, window) for source in sources)
    return sum(share * score for share, score in zip(lambdas, scores))


def _edge_plane(plane):
    """Return the gradient's magnitude as a Plane; call it through `Plane.once`."""
    smooth, slope = np.ones(3), np.array([-1.0, 0.0, 1.0])
    gx, gy = (
        cv2.sepFilter2D(plane.values, cv2.CV_64F, *kernels, borderType=cv2.BORDER_CONSTANT)
        for kernels in ((slope, smooth), (smooth, slope))
    )
    return Plane(np.sqrt(gx * gx + gy * gy))
