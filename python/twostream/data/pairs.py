"""Multi-focus pairs of whole pictures whose truth is known."""

import numpy as np

from ..planes import from_unit, to_unit
from .defocus import focus_split


def make_pair(clean, region, blurs, softness=1.0):
    """Make a pair of one sharp picture: `region` blurred in A, everything else in B.

    Parameters
    ----------
    clean : numpy.ndarray
        H x W or H x W x 3, uint8 or uint16.
    region : numpy.ndarray
        H x W, bool.
    blurs : tuple of Blur
        Of A and of B.
    softness : float
        Standard deviation in pixels of the region's edge; 0 for a hard one.

    Returns
    -------
    list of numpy.ndarray
        A and B, like `clean`.
    """
    white = float(np.iinfo(clean.dtype).max)
    unit = to_unit(clean, white).reshape(*clean.shape[:2], -1)
    pair = focus_split(unit, region, blurs, softness)
    return [from_unit(image, white, clean.dtype).reshape(clean.shape) for image in pair]
