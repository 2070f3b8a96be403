"""When a photograph was taken."""

from datetime import datetime, timedelta

from PIL import Image

from .regular import check_regular

_DIRECTORY = 0x8769  # of EXIF, within the tags of TIFF
_TAKEN, _FRACTION, _CHANGED = 36867, 37521, 306


def capture_time(path):
    """Read the time of a photograph from its EXIF (DateTimeOriginal, or else DateTime).

    It is a datetime by the camera's clock, with the fraction of a second if it is there, or None if
    the file cannot be read or does not say.
    """
    try:
        check_regular(path)
        with Image.open(path) as picture:
            tags = picture.getexif()
            own = tags.get_ifd(_DIRECTORY)
    except Exception:  # decoders raise anything on damaged files
        return None
    said = own.get(_TAKEN) or tags.get(_CHANGED)
    try:
        second = datetime.strptime(str(said).strip("\0 "), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    digits = str(own.get(_FRACTION, "")).strip("\0 ")
    return second + timedelta(seconds=float(f"0.{digits}") if digits.isdigit() else 0)
