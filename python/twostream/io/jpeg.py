"""Pictures and metadata from and to JPEG files (ITU-T T.81, JFIF 1.02, EXIF 2.32, ICC.1:2010)."""

import math
import mmap
import re
import struct
from dataclasses import replace
from itertools import islice, takewhile

import cv2
import numpy as np

from ..errors import BadInput
from . import ifd
from .chatter import listening
from .layout import decoded
from .limits import check_size
from .metadata import dots_per_inch, from_tags

_EXIF, _XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
_PROFILE = b"ICC_PROFILE\0"  # followed by the number of the part and that of the parts
_LONGEST = 65533  # bytes of a segment's content
_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")  # fill bytes before it match too
_FRAMES = [bytes((0xC0 + n,)) for n in range(16) if n not in (4, 8, 12)]
"""Markers of the segments that declare a size."""
# libjpeg's words for lost pixels. Some cameras add "extraneous bytes" at the end, which lose none.
_LOST = re.compile(
    rb"remature end|bad Huffman code|bad arithmetic code|instead of RST"
    rb"|\d\d extraneous bytes before marker 0xd[0-7]"
)
_MOST_SEGMENTS = 10_000  # photographs have up to a few hundred
_MOST_SCANS = 100  # each scan decodes all pixels, however short it is; programs write up to ten
_APP1, _APP2, _SCAN, _END = b"\xe1", b"\xe2", b"\xda", b"\xd9"


def decode_jpeg(path, most_pixels=None):
    """Decode a JPEG file as `images.read` does.

    Raise BadInput if the end of the file is missing, it is too large, or it cannot be decoded.
    """
    # OpenCV fills missing data with gray, so check first. It applies the EXIF orientation.
    data = path.read_bytes()
    segments = list(islice(_segments(data), _MOST_SEGMENTS + 1))
    if len(segments) > _MOST_SEGMENTS:
        raise BadInput(
            f"{path} has more than {_MOST_SEGMENTS} segments, which no photograph needs. Save it "
            "again as JPEG or PNG."
        )
    if not segments or segments[-1][0] != _END:
        raise BadInput(
            f"{path} is truncated: the end marker of JPEG is missing. Copy the file again."
        )
    for marker, content in segments:
        if marker in _FRAMES and len(content) >= 6:
            bits, height, width, channels = struct.unpack(">BHHB", content[:6])
            if bits != 8:
                raise BadInput(
                    f"{path} is a JPEG of {bits} bits, which cannot be read. Convert it to a "
                    "16-bit PNG or TIFF."
                )
            check_size(path, (width, height), channels, most_pixels)
    if sum(marker == _SCAN for marker, _ in segments) > _MOST_SCANS:
        raise BadInput(
            f"{path} has more than {_MOST_SCANS} scans, which no photograph needs. Save it again "
            "as JPEG or PNG."
        )
    with listening() as said:
        image = decoded(data, path)
    if _LOST.search(b"".join(said)):
        raise BadInput(
            f"{path} is damaged: pixels of the JPEG cannot be decoded. Copy the file again."
        )
    return image


def is_whole_jpeg(data, most):
    """Tell whether OpenCV decodes JPEG data to this number of bytes without warning of damage."""
    segments = list(islice(_segments(data), _MOST_SEGMENTS))
    sides = [struct.unpack(">xHHB", c[:6]) for m, c in segments if m in _FRAMES and len(c) >= 6]
    scans = sum(marker == _SCAN for marker, _ in segments)
    if scans > _MOST_SCANS or not sides or max(map(math.prod, sides)) > most:
        return False
    with listening() as said:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    return (
        image is not None and b"orrupt" not in b"".join(said) and not _LOST.search(b"".join(said))
    )


def metadata_of_jpeg(path):
    """Read the metadata of a JPEG file."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        segments = _before_pixels(data)
    tags = ifd.read(_first(segments, _APP1, _EXIF))
    found = from_tags(tags, _profile(segments), _first(segments, _APP1, _XMP))
    if found.resolution:
        return found
    return replace(found, resolution=_resolution(_first(segments, b"\xe0", b"JFIF\0")))


def exif_of_jpeg(data):
    """Read the directory of EXIF from the start of a JPEG, in bytes."""
    return ifd.read(_first(_before_pixels(data), _APP1, _EXIF))


def profile_of_jpeg(data):
    """Read the ICC profile of a JPEG, in bytes; empty if there is none."""
    return _profile(_before_pixels(data))


def jpeg_with(data, metadata, image):
    """Insert metadata into an encoded JPEG; parameters and result as of `png.png_with`."""
    profile, tags = metadata.profile_for(image), metadata.directory(image)
    segments = []
    if tags:
        segments += _segment(_APP1, _EXIF + ifd.block(tags))
    if metadata.xmp:
        segments += _segment(_APP1, _XMP + metadata.xmp)
    room = _LONGEST - len(_PROFILE) - 2
    parts = [profile[start : start + room] for start in range(0, len(profile), room)]
    for n, part in enumerate(parts, 1):
        segments += _segment(_APP2, _PROFILE + bytes((n, len(parts))) + part)
    view = memoryview(data.ravel())
    start = 2 + 18  # the start marker, and the segment JFIF that OpenCV writes
    return [_with_density(bytes(view[:start]), metadata.resolution), *segments, view[start:]]


def _before_pixels(data):
    some = islice(_segments(data), _MOST_SEGMENTS)
    return list(takewhile(lambda s: s[0] not in (_SCAN, _END), some))


def _segments(data):
    """Yield marker and content of each segment; segments may hold end markers of thumbnails."""
    found = _MARKER.search(data, 2)
    while found:
        marker, start = found.group(1), found.end()
        length = 0 if marker == _END else int.from_bytes(data[start : start + 2], "big")
        yield marker, data[start + 2 : start + length]
        if marker == _END:
            return
        found = _MARKER.search(data, start + length)


def _first(segments, marker, start):
    """Return the content after `start` of the first segment of this marker with that start."""
    found = (c[len(start) :] for m, c in segments if m == marker and c.startswith(start))
    return next(found, b"")


def _profile(segments):
    """Join the parts of a profile; return nothing if one is missing."""
    start = len(_PROFILE)
    parts = {
        c[start]: c for m, c in segments if m == _APP2 and c.startswith(_PROFILE) and c[start:]
    }
    numbers = sorted(parts)
    if not parts or numbers != list(range(1, 1 + parts[numbers[0]][start + 1 :][0])):
        return b""
    return b"".join(parts[n][start + 2 :] for n in numbers)


def _resolution(content):
    """Return the pixels per metre of a segment JFIF: version, unit (1 inch, 2 cm), densities."""
    if len(content) < 7:
        return None
    unit, across, down = struct.unpack(">BHH", content[2:7])
    metres = {1: 0.0254, 2: 0.01}.get(unit)
    return (across / metres, down / metres) if metres and across and down else None


def _segment(marker, content):
    """Make one segment, or none if the content is too long, as in damaged files."""
    if len(content) > _LONGEST:
        return []
    return [b"\xff" + marker + struct.pack(">H", len(content) + 2) + content]


def _with_density(start, resolution):
    """Set the densities of JFIF, which hold no more than 65535; EXIF has them all."""
    if not (resolution and start[6:11] == b"JFIF\0"):
        return start
    unit = 1 if all(map(dots_per_inch, resolution)) else 2
    sides = [round(side * (0.0254 if unit == 1 else 0.01)) for side in resolution]
    if not 0 < min(sides) <= max(sides) <= 65535:
        return start
    return start[:13] + struct.pack(">BHH", unit, *sides) + start[18:]
