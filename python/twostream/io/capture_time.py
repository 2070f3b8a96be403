"""The time at which a photograph was taken."""

from datetime import datetime, timedelta

from ..errors import BadInput
from . import ifd, images

_TAKEN, _FRACTION, _CHANGED = 36867, 37521, 306


def capture_time(path):
    """Read the time of a photograph from its EXIF (DateTimeOriginal, or else DateTime).

    Return a datetime of the camera's clock, with fractions of a second if they are known. Return
    None if the file cannot be read or has no time.
    """
    try:
        tags = images.read_metadata(path).tags
    except BadInput:
        return None
    own = tags.get(ifd.EXIF, {})
    said, digits = _text(own.get(_TAKEN) or tags.get(_CHANGED)), _text(own.get(_FRACTION))
    try:
        second = datetime.strptime(said, "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    return second + timedelta(seconds=float(f"0.{digits}") if digits.isdecimal() else 0)


def _text(tag):
    return tag.text().strip() if isinstance(tag, ifd.Tag) else ""
