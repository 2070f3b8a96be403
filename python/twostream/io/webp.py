"""Pictures and metadata from WebP files, with Pillow."""

import numpy as np
from PIL.WebPImagePlugin import WebPImageFile

from .layout import ORIENTATION, turned
from .limits import check_size
from .metadata import exif_of, from_info


def decode_webp(path, most_pixels=None):
    """Decode a WebP file as `images.read` does; an animation gives its first frame."""
    with open(path, "rb") as file, _opened(file) as picture:
        check_size(path, picture.size, 3, most_pixels)
        orientation = exif_of(picture.info).get(ORIENTATION)
        image = np.asarray(picture)
    return turned(image, orientation.numbers()[0] if orientation else 1)


def metadata_of_webp(path):
    """Read the metadata of a WebP file."""
    with open(path, "rb") as file, _opened(file) as picture:
        return from_info(picture.info)


def _opened(file):
    return WebPImageFile(file)  # Image.open would compare the size with a limit of its own
