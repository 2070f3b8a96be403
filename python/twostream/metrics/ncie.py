"""Nonlinear correlation information entropy (NCIE)."""

from itertools import combinations

import numpy as np

from .histograms import stretched_levels
from .mutual_information import information
from .plane import Picture, Pictures, Range, planes


def ncie(sources: Pictures, fused: Picture, *, data_range: Range = None) -> float:
    """Compute the nonlinear correlation information entropy of sources and fused image.

    Each picture is stretched to 0..255 and rounded half up. The nonlinear correlation of two
    pictures is their mutual information to the base 256, NCC = (H(X) + H(Y) - H(X,Y)) / 8 bits;
    with a constant picture it is 0. The K pictures (all sources and the fused one) give a K x K
    matrix of NCC, with 1 on the diagonal; r_1..r_K are its eigenvalues.
    Value: 1 + sum (r_i / K) log256(r_i / K).

    Parameters
    ----------
    sources, fused
        One or more sources; see `twostream.metrics`.

    Returns
    -------
    float
        1 - log256(K) (no correlation; 0.802 for two sources) to 1; higher is better. Correlation
        between the sources raises it too.

    References
    ----------
    Q. Wang, Y. Shen, J. Jin, "Performance evaluation of image fusion techniques", chapter 19 of
    T. Stathaki (ed.), Image Fusion: Algorithms and Applications, 2008.
    Public code: `metricWang` of zhengliu6699/imageFusionMetrics.
    """
    sources, fused = planes(sources, fused, data_range=data_range)
    count = len(sources) + 1
    correlation = np.eye(count)
    for i, j in combinations(range(count), 2):
        # Cached in the later of the two, so that a source never holds a fused picture in memory.
        correlation[i, j] = (*sources, fused)[j].once(_correlation, (*sources, fused)[i])
    eigenvalues = np.linalg.eigvalsh(correlation, UPLO="U")
    share = eigenvalues[eigenvalues > 0] / count
    return float(1 + (share * np.log2(share)).sum() / 8)


def _correlation(x, y):
    return information(x, y, stretched_levels) / 8
