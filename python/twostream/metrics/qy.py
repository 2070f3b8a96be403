"""Yang's similarity metric Q_Y."""

import numpy as np

from .plane import pair, planes
from .pooling import shares
from .windows import Window, gaussian, similarity, variance

WINDOW = Window(gaussian(7, 1.5), c1=2e-16, c2=2e-16)
ALIKE = 0.75
"""From this similarity of the sources on, both count."""


def qy(sources, fused):
    """Yang's metric Q_Y: similarity with both sources where they agree, else with the better.

    SSIM in each 7 x 7 Gaussian window of sigma 1.5 that lies within the picture, constants 2e-16.
    Where SSIM(A,B) >= 0.75: lambda SSIM(A,F) + (1 - lambda) SSIM(B,F), lambda = vA / (vA + vB);
    elsewhere max(SSIM(A,F), SSIM(B,F)). Value: mean over the windows.

    On flat windows the public code divides rounding errors, or 0 by 0. Here the lambda of two
    flat windows is 0.5, and their contrast is taken as proportional to their level, which is
    what the rounding errors come down to: SSIM = (2 mX mY / (mX^2 + mY^2))^2.

    Parameters
    ----------
    sources : sequence of (numpy.ndarray or Plane)
        Two pictures of H x W or H x W x 3, at least 7 x 7; see `Plane.of`.
    fused : numpy.ndarray or Plane
        Of the same size.

    Returns
    -------
    float
        -1 to 1, higher is better; 1 if all are the same.

    Raises
    ------
    BadInput
        If there are not two sources, a picture cannot be used or is too small, or sizes differ.

    References
    ----------
    C. Yang, J.-Q. Zhang, X.-R. Wang, X. Liu, "A novel similarity based quality metric for image
    fusion", Information Fusion 9(2), 2008. Public code: `metricYang` of yuliu316316/MFIF.
    """
    sources, fused = planes(sources, fused, smallest=len(WINDOW.weights))
    a, b = pair(sources, "Yang's Q_Y")
    scores = [_similarity(source, fused) for source in sources]
    lambdas = shares([source.once(variance, WINDOW) for source in sources])
    both = lambdas[0] * scores[0] + lambdas[1] * scores[1]
    alike = a.once(_similarity, b) >= ALIKE
    return float(np.where(alike, both, np.maximum(*scores)).mean())


def _similarity(x, y):
    """Return the map of SSIM(X,Y), flat windows decided."""
    score = similarity(x, y, WINDOW)
    flat = (x.once(variance, WINDOW) == 0) & (y.once(variance, WINDOW) == 0)
    score[flat] **= 2  # there it is the similarity of luminance
    return score
