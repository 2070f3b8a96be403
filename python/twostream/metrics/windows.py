"""Mean, variance and structural similarity of pictures in local windows."""

from dataclasses import dataclass

import cv2
import numpy as np

ROUNDING = 1e-8
"""Squared gray levels: smaller variances and covariances are rounding errors and set to 0.
(One pixel that differs by one level within an 11 x 11 Gaussian gives at least 1e-6.)"""


@dataclass(frozen=True)
class Window:
    """A separable window with the constants of the structural similarity."""

    weights: tuple  # along each axis; they sum to 1
    c1: float  # constant of the luminance term, in squared gray levels
    c2: float  # and of the contrast term
    step: int = 1  # pixels from one window to the next

    def mean(self, values):
        """Return the weighted mean of H x W values in each window that is wholly within them."""
        size = len(self.weights)
        kernel = np.array(self.weights)
        means = cv2.sepFilter2D(values, cv2.CV_64F, kernel, kernel)
        rows, columns = (slice(size // 2, size // 2 + n - size + 1, self.step) for n in means.shape)
        return means[rows, columns]


def gaussian(size, sigma):
    """Return the weights of a Gaussian of `size` pixels, as of MATLAB's fspecial."""
    weights = np.exp(-((np.arange(size) - (size - 1) / 2) ** 2) / (2 * sigma**2))
    return tuple(weights / weights.sum())


def mean(plane, window):
    """Return the mean of a Plane in each window."""
    return window.mean(plane.values)


def variance(plane, window):
    """Return the variance (over N) of a Plane in each window; exactly 0 in flat windows."""
    return _moment(plane, plane, window)


def similarity(x, y, window):
    """Return the structural similarity of two Planes in each window.

    (2 mx my + c1) (2 cov + c2) / ((mx^2 + my^2 + c1) (vx + vy + c2)), and 0 where that is 0/0.
    With c1 = c2 = 0 it is the universal quality index. Values are in [-1, 1].
    """
    mx, my = x.once(mean, window), y.once(mean, window)
    contrast = x.once(variance, window) + y.once(variance, window) + window.c2
    top = (2 * mx * my + window.c1) * (2 * _moment(x, y, window) + window.c2)
    bottom = (mx * mx + my * my + window.c1) * contrast
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom != 0)


def _moment(x, y, window):
    products = window.mean(x.values * y.values)
    moment = products - x.once(mean, window) * y.once(mean, window)
    moment[np.abs(moment) < ROUNDING] = 0
    return moment
