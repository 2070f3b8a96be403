"""Smoothing of a plane along the edges of an image, over any distance.

D. Min, S. Choi, J. Lu, B. Ham, K. Sohn, M. N. Do, "Fast Global Image Smoothing Based on Weighted
Least Squares", IEEE Transactions on Image Processing 23(12), 2014. The smoothed plane minimises the
squared distance to the given one plus the weighted squared differences of neighbours. The weights
are small across edges of the image. Rows and columns are solved in turn, each exactly.
"""

import numpy as np

SMOOTHNESS = 1600.0
"""Weight of the differences of neighbours without an edge between them, lambda in the paper."""
EDGE = 0.0155
"""Root mean square difference of the channels, of white 1, at which the weight falls to 1 / e."""
SHARES = 0.4, 0.1
"""Shares of the smoothness in each pass, the paper's equation for two passes."""


class EdgeSmoothing:
    """Smooth planes along the edges of an image, H x W x C, float32 in [0, 1]."""

    def __init__(self, image):
        self._down = _weights(image)
        self._right = _weights(image.swapaxes(0, 1))

    def __call__(self, plane):
        """Smooth a plane, H x W, float32; a flat one stays as it is."""
        for share in SHARES:
            turned = np.ascontiguousarray(plane.T)
            _solve(turned, self._right, share)
            plane = np.ascontiguousarray(turned.T)
            _solve(plane, self._down, share)
        return plane


def _weights(image):
    """Compute the weight of each difference to the next row, H x W; 0 in the last row."""
    weights = np.zeros(image.shape[:2], np.float32)
    for row in range(len(image) - 1):
        difference = image[row + 1] - image[row]
        distance = np.sqrt(np.einsum("ij,ij->i", difference, difference) / image.shape[2])
        weights[row] = SMOOTHNESS * np.exp(distance / -EDGE)
    return weights


def _solve(values, weights, share):
    """Smooth all columns in place, by elimination from the top and substitution from the bottom."""
    ratios, above = np.empty_like(values), np.zeros_like(values[0])
    ratio = above
    for row in range(len(values)):
        below = share * weights[row]
        scale = 1 / (1 + below + above * (1 - ratio))
        values[row] += above * values[row - 1]  # in the first row `above` is 0
        values[row] *= scale
        np.multiply(below, scale, out=ratios[row])
        above, ratio = below, ratios[row]
    for row in range(len(values) - 2, -1, -1):
        values[row] += ratios[row] * values[row + 1]
