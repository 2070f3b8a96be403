"""Peak signal-to-noise ratio against a known truth."""

import numpy as np

from .plane import Picture, Plane, Range, check_same_size


def psnr_of_mse(mse, white=255):
    """Convert mean squared errors to PSNR in dB, 10 log10(white^2 / MSE)."""
    with np.errstate(divide="ignore"):
        return 10 * np.log10(white**2 / np.asarray(mse, float))


EQUAL_PSNR = float(psnr_of_mse(0.5**2, 65535))
"""PSNR in dB for equal pictures, as of half a 16-bit step, so that means stay finite."""


def psnr(truth: Picture, fused: Picture, *, data_range: Range = None) -> float:
    """Compute the peak signal-to-noise ratio of the luma, with a peak of 255.

    Parameters
    ----------
    truth, fused
        Of the same size; see `Plane.of` (colour is compared by its luma).

    Returns
    -------
    float
        In dB, from 0 (black against white) to infinity (the same); higher is better.
    """
    truth, fused = truth_and_fused(truth, fused, data_range)
    return float(psnr_of_mse(np.square(truth.values - fused.values).mean()))


def truth_and_fused(truth, fused, data_range):
    """Turn both into Planes of one size, or raise BadInput."""
    truth = Plane.of(truth, data_range, "The truth")
    fused = Plane.of(fused, data_range, "The fused picture")
    check_same_size(truth, fused, "the truth")
    return truth, fused
