"""Peak signal-to-noise ratio (PSNR) of all colour channels to a known truth."""

from typing import Optional

import numpy as np

from .plane import Picture, Range
from .psnr import psnr_of_mse, truth_and_fused


def psnr_rgb(
    truth: Picture, fused: Picture, region: Optional[np.ndarray] = None, *, data_range: Range = None
) -> float:
    """Compute the peak signal-to-noise ratio of all channels, 10 log10(255^2 / MSE).

    The mean squared error (MSE) is taken over red, green and blue together, so errors in a single
    channel count. `psnr` in contrast compares the luma rounded to whole levels.

    Parameters
    ----------
    truth, fused
        Of the same size; see `Plane.of`. Gray counts as R = G = B.
    region : numpy.ndarray, optional
        H x W, bool: the pixels to compare, at least one; all by default.

    Returns
    -------
    float
        In dB, from 0 (black against white) to infinity (identical pictures); higher is better.
    """
    truth, fused = truth_and_fused(truth, fused, data_range)
    error = np.square(truth.levels - fused.levels)
    return float(psnr_of_mse(error.mean() if region is None else error[region].mean()))
