"""Decorator for methods that divide by pixel values."""

from functools import wraps

FLOOR = 1 / 255
"""Least pixel value after the shift: one 8-bit gray level."""


def shift_positive(fuse_planes):
    """Shift planes up so that every pixel is positive, fuse them, and shift the result back.

    Parameters
    ----------
    fuse_planes : callable
        See `per_channel.per_channel`.

    Returns
    -------
    callable
        The same method, for planes of any values.
    """

    @wraps(fuse_planes)
    def fuse(planes, **options):
        shift = FLOOR - min(0, *(plane.min() for plane in planes))
        return fuse_planes([plane + shift for plane in planes], **options) - shift

    return fuse
