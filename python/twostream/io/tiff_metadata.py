"""Metadata from and to TIFF files: tags, OME (2016-06) and ImageJ."""

import mmap
import re
import struct

from . import ifd
from .metadata import from_tags

_DESCRIPTION, _RESOLUTION, _SOFTWARE, _XMP, _PROFILE = 270, (282, 283), 305, 700, 34675
_METRES = {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "µm": 1e-6, "nm": 1e-9, "inch": 0.0254}
_METRES.update({"um": 1e-6, "micron": 1e-6, "microns": 1e-6, "\\u00B5m": 1e-6, "μm": 1e-6})
"""Unit of OME or ImageJ -> metres; the Greek letter and the micro sign are both in use."""


def metadata_of_tiff(path):
    """Read the metadata of a TIFF file, of a stack those of its first page."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        tags = ifd.read(data)
    profile, xmp = (tags[n].content if n in tags else b"" for n in (_PROFILE, _XMP))
    return from_tags(tags, profile, xmp, _described_resolution(tags))


def is_no_stack(description):
    """Tell whether pages differ in channel, or in both focus and time, by OME or ImageJ."""
    ome = re.search(r"<(?:\w+:)?Pixels\b[^>]*", description)
    if ome:
        channels, depth, times = (_size(ome[0], f'Size{axis}="') for axis in "CZT")
        samples = re.search(r'SamplesPerPixel="(\d{1,9})"', description)
        channels //= int(samples[1]) if samples and int(samples[1]) else 1
    elif description.startswith("ImageJ="):
        names = ("channels", "slices", "frames")
        channels, depth, times = (_size(description, f"\n{name}=") for name in names)
    else:
        return False
    return channels > 1 or (depth > 1 and times > 1)


def _size(text, start):
    found = re.search(re.escape(start) + r"(\d{1,9})", text)
    return int(found[1]) if found else 1


def _described_resolution(tags):
    """Return the pixels per metre in a description by OME or ImageJ, or None."""
    description = tags[_DESCRIPTION].text() if _DESCRIPTION in tags else ""
    if "<OME" in description or ":OME" in description:
        return _of_ome(description)
    unit = re.search(r"\nunit=(\S+)", description)
    if not (description.startswith("ImageJ=") and unit and unit[1] in _METRES):
        return None
    sides = [tags[number].numbers()[0] for number in _RESOLUTION if number in tags]
    return (
        tuple(side / _METRES[unit[1]] for side in sides) if len(sides) == 2 and all(sides) else None
    )


def _of_ome(description):
    sides = []
    for axis in "XY":
        size = re.search(rf'PhysicalSize{axis}="([\d.]+(?:[eE][-+]?\d+)?)"', description)
        unit = re.search(rf'PhysicalSize{axis}Unit="([^"]*)"', description)
        metres = _METRES.get(unit[1] if unit else "µm")
        if not (size and metres and float(size[1]) > 0):
            return None
        sides.append(1 / (float(size[1]) * metres))
    return tuple(sides)


def add_to_tiff(path, metadata, image):
    """Add metadata to a little-endian TIFF or BigTIFF file of one page, which holds `image`.

    The first directory is rewritten, with more tags, at the end of the file; tifffile itself
    cannot write EXIF.
    """
    added = metadata.directory(image)
    if metadata.profile_for(image):
        added[_PROFILE] = ifd.Tag(ifd.UNDEFINED, metadata.profile)
    if metadata.xmp:
        added[_XMP] = ifd.Tag(ifd.BYTE, metadata.xmp)
    with open(path, "r+b") as file:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            big, tags = data[2] == 43, ifd.read(data)
        tags.pop(_SOFTWARE, None)  # tifffile's own name
        end = file.seek(0, 2)
        end += file.write(bytes(end % 2))
        file.write(ifd.written({**tags, **added}, end, big))
        file.seek(8 if big else 4)
        file.write(struct.pack("<Q" if big else "<I", end))
