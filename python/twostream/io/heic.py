"""Pictures and metadata from HEIC files, with pillow-heif (the extra `formats`)."""

import numpy as np

from .extra import needed
from .layout import full_range
from .limits import check_size
from .metadata import from_info, with_colours


def decode_heic(path, most_pixels=None):
    """Decode the primary picture of a HEIC file, with 16 bits if it has more than 8.

    libheif applies the orientation.
    """
    with open(path, "rb") as file:
        picture = _opened(file, path)
        check_size(path, picture.size, 3, most_pixels)
        image = np.asarray(picture)
    return full_range(image, picture.info["bit_depth"])


def metadata_of_heic(path):
    """Read the metadata of a HEIC file."""
    with open(path, "rb") as file:
        info = _opened(file, path).info
    colours = info.get("nclx_profile") or {}
    names = ("color_primaries", "transfer_characteristics")
    return with_colours(from_info(info), *(int(colours.get(name, 2)) for name in names))


def _opened(file, path):
    with needed("pillow-heif", path, "a HEIC file"):
        from pillow_heif import open_heif
    found = open_heif(file, convert_hdr_to_8bit=False, hdr_to_16bit=False)
    return found[found.primary_index]
