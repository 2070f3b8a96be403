"""Structural similarity (SSIM) to a known truth."""

from skimage.metrics import structural_similarity

from .plane import Picture, Range, check_large_enough
from .psnr import truth_and_fused

SIDE = 11
"""Side of the window in pixels."""

SETTINGS = {
    "data_range": 255,
    "gaussian_weights": True,
    "sigma": 1.5,
    "use_sample_covariance": False,
}
"""Options of scikit-image's function for the definition of Wang et al."""


def ssim(truth: Picture, fused: Picture, *, data_range: Range = None) -> float:
    """Compute the mean structural similarity by scikit-image, with the settings of Wang et al.

    Gaussian windows of sigma 1.5 on 11 x 11 pixels (truncated at 3.5 sigma) that lie within the
    picture, constants (0.01 * 255)^2 and (0.03 * 255)^2, variances divided by N.

    Parameters
    ----------
    truth, fused
        Of the same size, at least 11 x 11; see `Plane.of` (of colour, the
        luma is compared).

    Returns
    -------
    float
        -1 to 1 (identical pictures); higher is better.

    References
    ----------
    Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image quality assessment: from error
    visibility to structural similarity", IEEE Trans. Image Processing 13(4), 2004.
    """
    truth, fused = truth_and_fused(truth, fused, data_range)
    check_large_enough(fused, SIDE)
    return float(structural_similarity(truth.values, fused.values, **SETTINGS))
