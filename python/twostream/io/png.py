"""Pictures and metadata from and to PNG files (PNG specification, third edition)."""

import io
import struct
import zlib
from dataclasses import replace

import cv2
import numpy as np

from ..errors import BadInput
from . import ifd
from .layout import ORIENTATION, decoded, turned
from .limits import check_size
from .metadata import from_tags

_XMP = b"XML:com.adobe.xmp\0"
_COLOUR_CHUNKS = {b"cICP": 4, b"sRGB": 1, b"gAMA": 4, b"cHRM": 32}
"""Chunks that define the colours -> bytes of their content."""
_GRAY_WITH_ALPHA = 4
_WITH_ALPHA = (_GRAY_WITH_ALPHA, 6)
"""Colour types."""
_MOST_CHUNKS = 2**19
_MOST = 2**24
"""Chunks, and profiles after decompression, are not read beyond this number of bytes."""


def decode_png(path, most_pixels=None):
    """Decode a PNG file as `images.read` does, with alpha; an animation gives its default picture.

    Raise BadInput if the file is truncated or damaged, too large, or has no pixels.
    """
    chunks = _chunks(path)
    if b"IEND" not in chunks:
        raise BadInput(
            f"{path} is truncated: the end chunk of PNG is missing. Copy the file again."
        )
    width, height, bits, kind = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    if 0 in (width, height):
        raise BadInput(f"{path} has no pixels.")
    check_size(
        path, (width, height), (2 if bits == 16 else 1) * (1 if kind in (0, 4) else 3), most_pixels
    )
    # Old versions of OpenCV ignore the orientation of PNG, so it is applied here for all versions.
    flags = cv2.IMREAD_ANYDEPTH | cv2.IMREAD_ANYCOLOR | cv2.IMREAD_IGNORE_ORIENTATION
    flags = cv2.IMREAD_UNCHANGED if kind in _WITH_ALPHA or b"tRNS" in chunks else flags
    data = path.read_bytes()
    if b"acTL" in chunks:  # OpenCV gives black for some damaged animations
        data = b"".join(_still(memoryview(data)))
    image = decoded(data, path, flags)
    if kind == _GRAY_WITH_ALPHA and image.ndim == 3:
        image = image[..., -2:]
    tag = ifd.read(chunks.get(b"eXIf", b"")).get(ORIENTATION)
    return turned(image, tag.numbers()[0] if tag else 1)


def metadata_of_png(path):
    """Read the metadata of a PNG file."""
    chunks = _chunks(path)
    found = from_tags(
        ifd.read(chunks.get(b"eXIf", b"")),
        # A chunk iCCP has a name, the compression 0, and the deflated profile.
        _inflated(chunks.get(b"iCCP", b"").partition(b"\0")[2][1:]),
        _xmp(chunks.get(b"iTXt", b"")),
        _resolution(chunks.get(b"pHYs", b"")),
    )
    sizes = _COLOUR_CHUNKS.items()
    colours = {name: chunks[name] for name, size in sizes if len(chunks.get(name, b"")) == size}
    return replace(found, colour_chunks=colours)


def encode_gray_with_alpha(image):
    """Encode a picture, H x W x 2, which OpenCV cannot write, as the bytes of a PNG file."""
    height, width = image.shape[:2]
    rows = image.astype(image.dtype.newbyteorder(">")).reshape(height, -1).view(np.uint8)
    up = np.diff(rows, axis=0, prepend=np.uint8(0))  # filter 2: difference from the row above
    header = struct.pack(">IIBBBBB", width, height, 8 * image.itemsize, _GRAY_WITH_ALPHA, 0, 0, 0)
    pixels = zlib.compress(np.insert(up, 0, 2, axis=1).tobytes())
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
    return np.frombuffer(b"\x89PNG\r\n\x1a\n" + chunks, np.uint8)


def png_with(data, metadata, image):
    """Insert metadata into the bytes of a PNG of `image`; return pieces of the new file."""
    header = 8 + 25  # signature and the chunk IHDR, which must be the first
    profile, tags = metadata.profile_for(image), metadata.directory(image)
    chunks = [_chunk(*one) for one in metadata.colour_chunks.items()]
    if profile:
        chunks.append(_chunk(b"iCCP", b"ICC\0\0" + zlib.compress(profile)))
    if metadata.resolution:
        across, down = (min(max(round(side), 1), 2**31 - 1) for side in metadata.resolution)
        chunks.append(_chunk(b"pHYs", struct.pack(">IIB", across, down, 1)))
    if tags:
        chunks.append(_chunk(b"eXIf", ifd.block(tags)))
    if metadata.xmp:
        chunks.append(_chunk(b"iTXt", _XMP + bytes(4) + metadata.xmp))
    view = memoryview(data.ravel())
    return [view[:header], *chunks, view[header:]]


def _chunks(path):
    """Read the content of each kind of chunk except pixels: {name: bytes}.

    Only the XMP text is taken, because other texts may be anything.
    """
    chunks, count = {}, 0
    with open(path, "rb") as file:
        file.seek(8)
        while len(header := file.read(8)) == 8 and b"IEND" not in chunks:
            count += 1
            if count > _MOST_CHUNKS:
                raise BadInput(
                    f"{path} has more than {_MOST_CHUNKS} chunks. Convert it to another PNG."
                )
            length, name = struct.unpack(">I4s", header)
            wanted = name != b"IDAT" and length <= _MOST
            content = file.read(length) if wanted else b""
            if name != b"iTXt" or content.startswith(_XMP):
                chunks[name] = content
            file.seek(4 + (0 if wanted else length), io.SEEK_CUR)
    return chunks


def _still(data):
    """Yield the parts of a PNG file without the chunks of its animation."""
    start, end = 0, 8
    while start < len(data):
        if data[start + 4 : start + 8] not in (b"acTL", b"fcTL", b"fdAT"):
            yield data[start:end]
        start = end
        end += 12 + int.from_bytes(data[end : end + 4], "big")


def _chunk(name, content):
    checksum = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + checksum


def _xmp(content):
    """Return the packet of a chunk iTXt: keyword, deflated or not, method, two texts, packet."""
    deflated, rest = content[len(_XMP) :][:1], content[len(_XMP) + 2 :]
    packet = rest.split(b"\0", 2)[-1]
    return _inflated(packet) if deflated == b"\1" else packet


def _inflated(content):
    """Inflate at most `_MOST` bytes; nothing if they are damaged or more."""
    machine = zlib.decompressobj()
    try:
        found = machine.decompress(content, _MOST)
    except zlib.error:
        return b""
    return found if machine.eof else b""


def _resolution(content):
    """Return the pixels per metre of a chunk pHYs, or None."""
    if len(content) != 9 or content[8] != 1:
        return None
    found = struct.unpack(">II", content[:8])
    return tuple(map(float, found)) if min(found) else None
