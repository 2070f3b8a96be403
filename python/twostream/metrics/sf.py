"""Compute the spatial frequency (SF)."""

import numpy as np

from .plane import Picture, Plane, Range


def sf(fused: Picture, *, data_range: Range = None) -> float:
    """Compute the spatial frequency of a picture, in gray levels.

    sqrt(RF^2 + CF^2), where RF^2 and CF^2 are the sums of the squared differences of neighbours
    in a row and in a column, each divided by the number of pixels. The sources are not used, and
    noise raises the value too.

    Levels are 0 to 255. `SF_evaluation` of Linfeng-Tang/Image-Fusion takes levels of 0 to 1 and
    divides by the number of differences: its values are smaller by a factor of about 255.

    Parameters
    ----------
    fused : numpy.ndarray or Plane
        H x W or H x W x 3; see `Plane.of`.

    Returns
    -------
    float
        0 (constant picture) to 361, 255 sqrt(2); higher counts as better.

    References
    ----------
    A. M. Eskicioglu, P. S. Fisher, "Image quality measures and their performance", IEEE Trans.
    Communications 43(12), 1995. Public code: `metricsSpatial_frequency` of xingchenzhang/VIFB.
    """
    values = Plane.of(fused, data_range, "The fused picture").values
    squares = sum(np.square(np.diff(values, axis=axis)).sum() for axis in (0, 1))
    return float(np.sqrt(squares / values.size))
