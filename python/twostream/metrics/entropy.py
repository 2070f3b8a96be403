"""Compute the information entropy (IE, EN)."""

from .histograms import plane_entropy, whole_levels
from .plane import Picture, Plane, Range


def entropy(fused: Picture, *, data_range: Range = None) -> float:
    """Compute the information entropy of a picture, in bits.

    H = -sum p(l) log2 p(l) over the gray levels l that occur; 256 bins. The sources are not
    used, and noise raises the value too.

    Parameters
    ----------
    fused : numpy.ndarray or Plane
        H x W or H x W x 3; see `Plane.of`. Floats are rounded to whole levels, half up.

    Returns
    -------
    float
        0 (constant picture) to 8 (all levels equally frequent); higher counts as better.

    References
    ----------
    J. W. Roberts, J. van Aardt, F. Ahmed, "Assessment of image fusion procedures using entropy,
    image quality, and multispectral classification", J. Applied Remote Sensing 2, 2008.
    Public code: `entropy` of Linfeng-Tang/Evaluation-for-Image-Fusion, `metricsEntropy` of VIFB.
    """
    return Plane.of(fused, data_range, "The fused picture").once(plane_entropy, whole_levels)
