"""Standard deviation (SD)."""

from .plane import Picture, Plane, Range


def sd(fused: Picture, *, data_range: Range = None) -> float:
    """Return the standard deviation of a picture's gray levels, divided by N: its contrast.

    The sources are not used, and noise raises the value too.

    Parameters
    ----------
    fused : numpy.ndarray or Plane
        H x W or H x W x 3; see `Plane.of`. Levels are 0 to 255.

    Returns
    -------
    float
        0 (constant picture) to 127.5 (half black, half white); higher counts as better.

    References
    ----------
    Y.-J. Rao, "In-fibre Bragg grating sensors", Measurement Science and Technology 8(4), 1997, is
    what benchmarks of fusion cite. Public code: `metricsVariance` of xingchenzhang/VIFB.
    (`SD_evaluation` of Linfeng-Tang/Image-Fusion gets 8-bit pixels and saturates.)
    """
    return float(Plane.of(fused, data_range, "The fused picture").values.std())
