"""Pictures from BMP files."""

import struct

from ..errors import BadInput
from .layout import decoded
from .limits import check_size

_OLD = 12  # bytes of the header of OS/2, whose sides have two bytes each


def decode_bmp(path, most_pixels=None):
    """Decode a BMP file as `images.read` does; raise BadInput if it is damaged or too large."""
    data = path.read_bytes()
    header = data[:26]
    if len(header) < 26:
        raise BadInput(f"{path} is truncated: it ends within the header.")
    old = header[14:18] == struct.pack("<I", _OLD)
    sides = struct.unpack_from("<HH" if old else "<ii", header, 18)
    check_size(path, tuple(map(abs, sides)), 3, most_pixels)
    return decoded(data, path)
