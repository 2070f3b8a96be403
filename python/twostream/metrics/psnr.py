"""Peak signal-to-noise ratio against a known truth."""

import math

import numpy as np
from skimage.metrics import peak_signal_noise_ratio

from .plane import Plane, check_same_size


def psnr(truth, fused):
    """Peak signal-to-noise ratio, 10 log10(255^2 / MSE), by scikit-image.

    Parameters
    ----------
    truth, fused : numpy.ndarray or Plane
        H x W or H x W x 3 of the same size; see `Plane.of` (colour is compared by its luma).

    Returns
    -------
    float
        In dB, from 0 (black against white) to infinity (the same); higher is better.

    Raises
    ------
    BadInput
        If a picture cannot be used or sizes differ.
    """
    truth, fused = truth_and_fused(truth, fused)
    if np.array_equal(truth.values, fused.values):
        return math.inf
    return float(peak_signal_noise_ratio(truth.values, fused.values, data_range=255))


def truth_and_fused(truth, fused):
    """Turn both into Planes of one size, or raise BadInput."""
    truth = Plane.of(truth, name="The truth")
    fused = Plane.of(fused, name="The fused picture")
    check_same_size(truth, fused, "the truth")
    return truth, fused
