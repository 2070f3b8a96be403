"""Pictures and metadata from AVIF files, with Pillow 11.3 and, above 8 bits, imagecodecs."""

import re

import numpy as np

from .extra import needed
from .layout import ORIENTATION, full_range, turned
from .limits import check_size
from .metadata import exif_of, from_info, with_colours

_DEPTH = re.compile(rb"av1C\x81.(.)", re.DOTALL)
"""Box of a picture or a tile; flags in its third byte mark more than 8 bits, and 12."""
_COLOURS = re.compile(rb"colrnclx\0(.)\0(.)", re.DOTALL)


def decode_avif(path, most_pixels=None):
    """Decode an AVIF file as `images.read` does, with 16 bits if it has more than 8."""
    with open(path, "rb") as file, _opened(file, path) as picture:
        check_size(path, picture.size, 3, most_pixels)
        orientation = exif_of(picture.info).get(ORIENTATION)
        data = path.read_bytes()
        flags = [found[0] for found in _DEPTH.findall(data)]
        bits = 12 if any(f & 0x20 for f in flags) else 10 if any(f & 0x40 for f in flags) else 8
        if bits == 8 or picture.n_frames > 1:  # imagecodecs crashes on several frames
            image = np.asarray(picture)
        else:
            with needed("imagecodecs", path, f"an AVIF file of {bits} bits"):
                from imagecodecs import avif_decode
            image = full_range(avif_decode(data), bits)
    return turned(image, orientation.numbers()[0] if orientation else 1)


def metadata_of_avif(path):
    """Read the metadata of an AVIF file."""
    with open(path, "rb") as file, _opened(file, path) as picture:
        colours = _COLOURS.search(path.read_bytes())
        numbers = map(ord, colours.groups()) if colours else (2, 2)
        return with_colours(from_info(picture.info), *numbers)


def _opened(file, path):
    with needed("Pillow 11.3", path, "an AVIF file"):
        from PIL.AvifImagePlugin import AvifImageFile
    return AvifImageFile(file)
