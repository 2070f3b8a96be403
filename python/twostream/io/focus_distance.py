"""The distance at which a camera was focused."""

from ..errors import BadInput
from . import ifd, images

_SUBJECT_DISTANCE = 37382


def focus_distance(path):
    """Read the distance from EXIF (SubjectDistance) in meters, or None if it is unknown.

    EXIF writes 0 for an unknown distance and 2**32 - 1 parts for infinity; both count as unknown.
    """
    try:
        own = images.read_metadata(path).tags.get(ifd.EXIF, {})
    except BadInput:
        return None
    tag = own.get(_SUBJECT_DISTANCE)
    meters = tag.numbers()[0] if isinstance(tag, ifd.Tag) and tag.kind == ifd.RATIONAL else 0
    return meters if 0 < meters < 1e6 else None
