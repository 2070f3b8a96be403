"""Sum of the correlations of differences (SCD)."""

import numpy as np

from .plane import Picture, Pictures, Range, pair, planes


def scd(sources: Pictures, fused: Picture, *, data_range: Range = None) -> float:
    """Compute the sum of the correlations of differences.

    The differences F - B and F - A are what the fused picture F adds to one source. The value is
    ``r(F - B, A) + r(F - A, B)``. r is the correlation over all pixels, and 0 where one of the two
    is constant (0/0 in the public code). A copy of one source gets r(A - B, A).

    Parameters
    ----------
    sources, fused
        Two sources; see `twostream.metrics`.

    Returns
    -------
    float
        -2 to 2; higher is better. The sum of the sources gets 2.

    References
    ----------
    V. Aslantas, E. Bendes, "A new image quality metric for image fusion: the sum of the
    correlations of differences", AEU International Journal of Electronics and Communications
    69(12), 2015. Public code: `analysis_SCD` of Linfeng-Tang/Image-Fusion.
    """
    sources, fused = planes(sources, fused, data_range=data_range)
    a, b = (source.values for source in pair(sources, "SCD"))
    return _correlation(fused.values - b, a) + _correlation(fused.values - a, b)


def _correlation(x, y):
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return 0.0
    x, y = x - x.mean(), y - y.mean()
    return float((x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum()))
