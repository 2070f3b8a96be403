"""Structural similarity (SSIM) of all colour channels to a known truth."""

from typing import Optional

import numpy as np
from skimage.metrics import structural_similarity

from .plane import Picture, Range, check_large_enough
from .psnr import truth_and_fused
from .ssim import SETTINGS, SIDE


def ssim_rgb(
    truth: Picture, fused: Picture, region: Optional[np.ndarray] = None, *, data_range: Range = None
) -> float:
    """Compute the mean structural similarity of red, green and blue, with the settings of `ssim`.

    Parameters
    ----------
    truth, fused
        Of the same size, at least 11 x 11; see `Plane.of`. Gray counts as
        R = G = B.
    region : numpy.ndarray, optional
        H x W, bool: the centres of the windows to compare; at least one must be 5 pixels or more
        from the border. By default all windows that lie within the picture.

    Returns
    -------
    float
        -1 to 1 (identical pictures); higher is better.
    """
    truth, fused = truth_and_fused(truth, fused, data_range)
    check_large_enough(fused, SIDE)
    inside = np.s_[SIDE // 2 : -(SIDE // 2), SIDE // 2 : -(SIDE // 2)]
    similarity = _map(*np.broadcast_arrays(truth.levels, fused.levels))[inside]
    return float(similarity.mean() if region is None else similarity[region[inside]].mean())


def _map(truth, fused):
    """Return the similarity around each pixel, averaged over the channels; H x W."""
    channels = zip(*(np.ascontiguousarray(np.moveaxis(p, 2, 0)) for p in (truth, fused)))
    maps = [structural_similarity(a, b, full=True, **SETTINGS)[1] for a, b in channels]
    return sum(maps) / len(maps)
