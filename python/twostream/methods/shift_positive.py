"""Methods that divide by pixels."""

from functools import wraps

FLOOR = 1 / 255
"""What the darkest pixel of a picture becomes at least."""


def shift_positive(fuse_planes):
    """Shift planes up so that every pixel is positive, fuse them, and shift the result back.

    Parameters
    ----------
    fuse_planes : callable
        See `per_channel.per_channel`.

    Returns
    -------
    callable
        The same for planes of any values.
    """

    @wraps(fuse_planes)
    def fuse(planes, **options):
        shift = FLOOR - min(0, *(plane.min() for plane in planes))
        return fuse_planes([plane + shift for plane in planes], **options) - shift

    return fuse
