"""Guided filtering (GF)."""

import cv2
import numpy as np

from ..fusion.guided import guided_filter
from .per_channel import luma_guided

LAPLACIAN = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], float)
BORDER = cv2.BORDER_REPLICATE


@luma_guided
def fuse(pictures, lumas, r1=45, eps1=0.3, r2=7, eps2=1e-6):
    """Fuse pictures by weight maps that a guided filter aligns with their edges.

    S. Li, X. Kang, J. Hu, "Image Fusion With Guided Filtering", IEEE Trans. Image Process. 22(7),
    2013.

    The saliency of a source is the magnitude of its Laplacian (3 x 3), smoothed by a Gaussian
    (11 x 11, sigma 5). A binary map marks where a source is the most salient one. Filtered with
    the source as guide, it gives the weights of the source. The base layer (mean over 31 x 31
    pixels) has one filter, the detail layer (the remainder) a finer one. As in the authors' code,
    but not their paper, borders are replicated, weights are rounded to 256 levels, and the first of
    sources with equal saliency is taken. This reproduces the public results on Clock and Pepsi
    (yuliu316316/MFIF) byte for byte.

    Along the boundaries of regions a soft, slightly blurred seam remains where the detail weights
    follow the wrong edge or none.

    Parameters
    ----------
    r1, r2 : int
        Radius of the guided filter for the base and the detail layer, in pixels.
    eps1, eps2 : float
        Variance, for pixels in [0, 1], below which the filter smooths.

    Notes
    -----
    Takes any number of pictures; their order matters only where saliencies are equal. The weights
    are computed from the luma and used for all channels.
    """
    laplacians = (np.abs(cv2.filter2D(p, -1, LAPLACIAN, borderType=BORDER)) for p in lumas)
    blurred = [cv2.GaussianBlur(p, (11, 11), 5, borderType=BORDER) for p in laplacians]
    most = np.argmax(blurred, axis=0)
    maps = [(most == source).astype(np.float64) for source in range(len(lumas))]
    base_weights = _weights(lumas, maps, r1, eps1)
    detail_weights = _weights(lumas, maps, r2, eps2)
    fused = 0
    for picture, base_weight, detail_weight in zip(pictures, base_weights, detail_weights):
        base = cv2.blur(picture, (31, 31), borderType=BORDER).reshape(picture.shape)
        fused += base_weight * base + detail_weight * (picture - base)
    return fused


def _weights(guides, maps, radius, eps):
    """Return the weights of each source, H x W x 1, with sum 1."""
    weights = np.stack([guided_filter(g, m, radius, eps) for g, m in zip(guides, maps)])
    weights = np.clip(np.floor(255 * weights + 0.5), 0, 255) + 1e-9
    return (weights / weights.sum(axis=0))[..., None]
