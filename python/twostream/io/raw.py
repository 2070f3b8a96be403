"""Photographs from the raw files of cameras, with LibRaw (the extra `raw`)."""

import struct
from dataclasses import replace

from . import ifd
from .extra import needed
from .jpeg import exif_of_jpeg
from .limits import check_size
from .metadata import from_tags
from .profile import linear_srgb
from .tiff_metadata import metadata_of_tiff

SUFFIXES = (".dng", ".nef", ".nrw", ".cr2", ".cr3", ".arw", ".srf", ".orf", ".rw2", ".raf")
SUFFIXES += (".pef", ".srw", ".iiq", ".3fr", ".erf", ".mrw", ".kdc", ".dcr")
"""Suffixes of raw files; many of them are TIFF files by their content."""
_HEADER = 2**18
"""Number of bytes at the start of a file, other than TIFF, that hold its metadata."""


def decode_raw(path, most_pixels=None):
    """Develop a raw file the same way for every frame of a stack.

    The white balance is the camera's. The brightness does not depend on the content of a frame. The
    result is H x W x 3, uint16, upright, linear in light with the primaries of sRGB: see
    `profile.linear_srgb`. Raise BadInput if rawpy is not installed, or LibRaw cannot read the file.
    """
    with needed("rawpy", path, "a raw file", "raw"):
        import rawpy
    with open(path, "rb") as file, rawpy.imread(file) as raw:
        check_size(path, (raw.sizes.width, raw.sizes.height), 6, most_pixels)
        return raw.postprocess(
            output_bps=16,
            gamma=(1, 1),
            output_color=rawpy.ColorSpace.sRGB,
            use_camera_wb=True,
            no_auto_bright=True,
            adjust_maximum_thr=0,
        )


def metadata_of_raw(path):
    """Read the metadata of a raw file; the profile is that of `decode_raw`."""
    with open(path, "rb") as file:
        start = file.read(_HEADER)
    if start.startswith(b"FUJIFILM"):
        found = from_tags(_of_raf(path, start))
    elif start[4:12] == b"ftypcrx ":
        found = from_tags(_of_cr3(start))
    else:  # most are TIFF files, apart from some signatures
        found = metadata_of_tiff(path)
    return replace(found, profile=linear_srgb())


def _of_raf(path, start):
    """Read the EXIF of the JPEG within a raw file of Fujifilm."""
    place, length = struct.unpack_from(">II", start, 84)
    with open(path, "rb") as file:
        file.seek(place)
        return exif_of_jpeg(file.read(min(length, _HEADER)))


def _of_cr3(start):
    """Read the directories of a raw file of Canon; each is a box like a TIFF file."""
    boxes = {name: start.find(name) + len(name) for name in (b"CMT1", b"CMT2", b"CMT4")}
    first, own, place = (ifd.read(start[n:]) if n > 3 else {} for n in boxes.values())
    return {**first, **({ifd.EXIF: own} if own else {}), **({ifd.GPS: place} if place else {})}
