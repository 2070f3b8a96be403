"""Yang's similarity metric Q_Y."""

import numpy as np

from .plane import Picture, Pictures, Range, pair, planes
from .pooling import shares
from .windows import Window, gaussian, similarity, variance

WINDOW = Window(gaussian(7, 1.5), c1=2e-16, c2=2e-16)
ALIKE = 0.75
"""Where the similarity of the sources is at least this, both count."""


def qy(sources: Pictures, fused: Picture, *, data_range: Range = None) -> float:
    """Compute Yang's Q_Y: similarity to both sources where they agree, else to the closer.

    SSIM is computed in each 7 x 7 Gaussian window of sigma 1.5 that lies within the picture, with
    constants of 2e-16. Where SSIM(A,B) >= 0.75, the score is
    lambda SSIM(A,F) + (1 - lambda) SSIM(B,F) with lambda = vA / (vA + vB), v being the variance;
    elsewhere it is max(SSIM(A,F), SSIM(B,F)). Value: mean over the windows.

    In flat windows the public code divides rounding errors by each other, or 0 by 0. Here, where
    both sources are flat, lambda is 0.5 and the contrast is taken as proportional to the level,
    as the rounding errors are: SSIM = (2 mX mY / (mX^2 + mY^2))^2.

    Parameters
    ----------
    sources, fused
        Two sources of at least 7 x 7; see `twostream.metrics`.

    Returns
    -------
    float
        -1 to 1, higher is better; 1 if all pictures are the same.

    References
    ----------
    C. Yang, J.-Q. Zhang, X.-R. Wang, X. Liu, "A novel similarity based quality metric for image
    fusion", Information Fusion 9(2), 2008. Public code: `metricYang` of yuliu316316/MFIF.
    """
    sources, fused = planes(sources, fused, len(WINDOW.weights), data_range)
    a, b = pair(sources, "Yang's Q_Y")
    scores = [_similarity(source, fused) for source in sources]
    lambdas = shares([source.once(variance, WINDOW) for source in sources])
    both = lambdas[0] * scores[0] + lambdas[1] * scores[1]
    alike = a.once(_similarity, b) >= ALIKE
    return float(np.where(alike, both, np.maximum(*scores)).mean())


def _similarity(x, y):
    """Map of SSIM(X,Y), with flat windows as `qy` describes."""
    score = similarity(x, y, WINDOW)
    flat = (x.once(variance, WINDOW) == 0) & (y.once(variance, WINDOW) == 0)
    score[flat] **= 2  # it held the luminance term alone
    return score
