"""Average gradient (AG)."""

import numpy as np

from .plane import Picture, Plane, Range, check_large_enough


def ag(fused: Picture, *, data_range: Range = None) -> float:
    """Compute the average gradient of an image, in gray levels per pixel.

    gx and gy are central differences, one-sided at the border. Value: the sum of
    sqrt((gx^2 + gy^2) / 2) divided by (H - 1)(W - 1), as in the public code. The sources are not
    used, and noise raises the value too.

    Parameters
    ----------
    fused : numpy.ndarray or Plane
        H x W or H x W x 3, at least 2 x 2; see `Plane.of`.

    Returns
    -------
    float
        0 (constant picture) or more; higher counts as better.

    References
    ----------
    G. Cui, H. Feng, Z. Xu, Q. Li, Y. Chen, "Detail preserved fusion of visible and infrared images
    using regional saliency extraction and multi-scale image decomposition", Optics Communications
    341, 2015. Public code: `metricsAvg_gradient` of xingchenzhang/VIFB, `AG_evaluation` of
    Linfeng-Tang/Image-Fusion.
    """
    fused = Plane.of(fused, data_range, "The fused picture")
    check_large_enough(fused, 2)
    gy, gx = np.gradient(fused.values)
    height, width = fused.values.shape
    return float(np.sqrt((gx * gx + gy * gy) / 2).sum() / ((height - 1) * (width - 1)))
