"""Pictures and metadata from JPEG XL files (ISO/IEC 18181), with imagecodecs.

imagecodecs does not return size and colours, so the header is read here (18181-1, D and E).
"""

from typing import NamedTuple

import numpy as np

from ..errors import BadInput
from . import ifd
from .extra import needed
from .jpeg import profile_of_jpeg
from .layout import full_range
from .limits import MOST_PIXELS, check_size
from .metadata import from_tags, with_colours

_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_GRAY, _XYB = 1, 2  # colour spaces
_D65, _SRGB, _P3 = 1, 1, 11  # white points and primaries
_ALPHA, _SPOT, _FILTER = 0, 2, 5  # kinds of extra channels
_MOST = 2**24  # bytes of a box of metadata that are read
_WANTED = (b"Exif", b"xml ", b"brob", b"jbrd", b"jxlc", b"jxlp")
_HEADER = 2**14  # bytes that the header fits into


class Header(NamedTuple):
    """The header of a JPEG XL file."""

    sides: tuple  # width and height in pixels
    bits: int = 8  # of a sample; 0 of floats
    is_animated: bool = False
    has_icc: bool = False  # whether colours are given by an ICC profile rather than by numbers
    primaries: int = _SRGB
    transfer: int = 13  # curve of sRGB


def decode_jpegxl(path, most_pixels=None):
    """Decode a JPEG XL file as `images.read` does; libjxl applies the orientation.

    Raise BadInput if it is animated. Also raise it if only an ICC profile describes the colours,
    which imagecodecs does not return, unless the file holds a JPEG.
    """
    header = _header(path)
    check_size(path, header.sides, 4 * 3, most_pixels)
    unknown = header.has_icc and b"jbrd" not in _boxes(path)
    for bad, what in ((header.is_animated, "is animated"), (unknown, "has an ICC profile")):
        if bad:
            raise BadInput(
                f"{path} {what}, which cannot be read from JPEG XL. Convert it to PNG or TIFF."
            )
    image = _codecs(path).jpegxl_decode(path.read_bytes())
    is_planar = image.ndim == 3 and image.shape[2] > 4  # gray with channels other than alpha
    image = image[0] if is_planar else image
    return full_range(image, header.bits) if header.bits else image.astype(np.float32)


def metadata_of_jpegxl(path):
    """Read the metadata of a JPEG XL file."""
    codecs, header, boxes = _codecs(path), _header(path), _boxes(path)
    profile = b""
    if header.has_icc and b"jbrd" in boxes:
        check_size(path, header.sides, 3, MOST_PIXELS)
        profile = profile_of_jpeg(codecs.jpegxl_decode_jpeg(path.read_bytes()))
    found = from_tags(ifd.read(boxes.get(b"Exif", b"")[4:]), profile, boxes.get(b"xml ", b""))
    return with_colours(found, header.primaries, header.transfer)


def _codecs(path):
    with needed("imagecodecs", path, "a JPEG XL file"):
        import imagecodecs
    return imagecodecs


def _boxes(path):
    """Read the boxes of metadata, and the first one of pixels: {name: bytes}, also inflated."""
    found, size = {}, path.stat().st_size
    with open(path, "rb") as file:
        place = 0 if file.read(2) == b"\0\0" else size
        while place + 8 <= size:
            file.seek(place)
            length, name = int.from_bytes(file.read(4), "big"), file.read(4)
            head = 16 if length == 1 else 8
            length = int.from_bytes(file.read(8), "big") if length == 1 else length or size - place
            if length < head:
                break
            if name in _WANTED:
                content = file.read(min(length - head, _MOST))
                if name == b"brob":
                    packed = _codecs(path).brotli_decode(content[4:], out=_MOST)
                    name, content = content[:4], bytes(packed)
                found.setdefault(name, content)
            place += length
    return found


def _header(path):
    """Read the header; raise BadInput if it is truncated."""
    with open(path, "rb") as file:
        start = file.read(_HEADER)
    if not start.startswith(b"\xff\x0a"):
        boxes = _boxes(path)
        start = boxes.get(b"jxlc") or boxes.get(b"jxlp", b"")[4:]
    bits = _Bits(start[2:_HEADER])
    sides = _sides(bits)
    header = Header(sides) if bits.take(1) else _details(bits, sides)
    if bits.place > 8 * (len(start) - 2):
        raise BadInput(
            f"{path} is truncated: it ends within the header of JPEG XL. Copy the file again."
        )
    return header


class _Bits:
    """Numbers of a few bits, the lowest first."""

    def __init__(self, data):
        self._number, self.place = int.from_bytes(data, "little"), 0

    def take(self, count):
        self.place += count
        return self._number >> (self.place - count) & ((1 << count) - 1)

    def choose(self, *choices):
        """Take one of four numbers, (start, bits) each; two bits select which."""
        start, count = choices[self.take(2)]
        return start + self.take(count)

    def enum(self):
        return self.choose((0, 0), (1, 0), (2, 4), (18, 6))


def _sides(bits):
    """Read width and height."""
    is_small = bits.take(1)

    def side():
        if is_small:
            return 8 * (1 + bits.take(5))
        return bits.choose((1, 9), (1, 13), (1, 18), (1, 30))

    height, ratio = side(), bits.take(3)
    if not ratio:
        return side(), height
    over, under = _RATIOS[ratio - 1]
    return height * over // under, height


def _details(bits, sides):
    """Read the image header that follows the size, if it is not the default one."""
    is_animated = bool(bits.take(1)) and _presentation(bits)
    depth = _depth(bits)
    bits.take(1)  # whether 16 bits suffice to decode
    for _ in range(bits.choose((0, 0), (1, 0), (2, 4), (1, 12))):
        _pass_channel(bits)
    bits.take(1)  # whether colours are stored as XYB
    if bits.take(1):  # sRGB
        return Header(sides, depth, is_animated)
    has_icc, space = bool(bits.take(1)), bits.enum()
    if has_icc or space == _XYB:
        return Header(sides, depth, is_animated, has_icc)
    return Header(sides, depth, is_animated, False, *_colours(bits, space))


def _presentation(bits):
    """Skip orientation, other sizes and a preview; return whether there are several frames."""
    bits.take(3)
    if bits.take(1):
        _sides(bits)
    if bits.take(1):
        _pass_preview(bits)
    is_animated = bool(bits.take(1))
    if is_animated:
        _pass_animation(bits)
    return is_animated


def _pass_preview(bits):
    by_8 = ((16, 0), (32, 0), (1, 5), (33, 9))
    choices = by_8 if bits.take(1) else ((1, 6), (65, 8), (321, 10), (1345, 12))
    bits.choose(*choices)
    if not bits.take(3):
        bits.choose(*choices)


def _pass_animation(bits):
    bits.choose((100, 0), (1000, 0), (1, 10), (1, 30))
    bits.choose((1, 0), (1001, 0), (1, 8), (1, 10))
    bits.choose((0, 0), (0, 3), (0, 16), (0, 32))
    bits.take(1)


def _depth(bits):
    """Read the bits of integers; 0 for floats."""
    if not bits.take(1):
        return bits.choose((8, 0), (10, 0), (12, 0), (1, 6))
    bits.choose((32, 0), (16, 0), (24, 0), (1, 6))
    bits.take(4)
    return 0


def _pass_channel(bits):
    if bits.take(1):  # alpha of 8 bits
        return
    kind = bits.enum()
    _depth(bits)
    bits.choose((0, 0), (3, 0), (4, 0), (1, 3))
    bits.take(8 * bits.choose((0, 0), (0, 4), (16, 5), (48, 10)))
    if kind == _ALPHA:
        bits.take(1)
    elif kind == _SPOT:
        bits.take(4 * 16)
    elif kind == _FILTER:
        bits.choose((1, 0), (0, 2), (3, 4), (19, 8))


def _colours(bits, space):
    """Return primaries and curve as numbered in ITU-T H.273; 2 for others."""
    white = _point(bits, 1)
    primaries = _SRGB if space == _GRAY else _point(bits, 3)
    if bits.take(1):  # a power
        bits.take(24)
        return primaries, 2
    if white != _D65:
        primaries = _P3 if primaries == _P3 else 2
    elif primaries == _P3:
        primaries = 12
    return primaries, bits.enum()


def _point(bits, count):
    """Take the name of a white point or of primaries; skip the coordinates of a custom one."""
    name = bits.enum()
    if name == 2:
        for _ in range(2 * count):
            bits.choose((0, 19), (2**19, 19), (2**20, 20), (2**21, 21))
    return name
