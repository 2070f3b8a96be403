"""Metadata of an image file: camera, place, colours, resolution."""

import re
from dataclasses import dataclass, field, replace
from typing import Optional

from . import ifd
from .pixels import without_alpha
from .profile import display_p3, linear_srgb
from .xmp import true_of_fused

_DESCRIPTION, _MAKER_NOTE, _SOFTWARE = 270, 37500, 305
_RESOLUTION = (282, 283, 296)
"""Pixels per unit horizontally and vertically, and the unit: 2 for an inch, 3 for a centimetre."""
_METRES = {2: 0.0254, 3: 0.01}
_SIZE = (40962, 40963)  # width and height in pixels, of EXIF
# Maker and model of the camera, times, names, rights and, of Windows, titles.
_KEPT = (_DESCRIPTION, 271, 272, _SOFTWARE, 306, 315, 316, 33432, ifd.EXIF, ifd.GPS)
_KEPT += tuple(range(40091, 40096))
_LONGEST = 4096  # bytes of one tag: longer ones are a program's own
_ORIENTATION = re.compile(rb'(tiff:Orientation(?:="|=\'|>))[2-8]')
# A profile's colours, bytes 16 to 20 of its header -> channels of the pictures it is for.
_CHANNELS = {b"GRAY": 1, b"RGB ": 3}
_SRGB_PRIMARIES = (1, 2)  # 2: not specified
_P3_PRIMARIES = 12
_LINEAR = 8
_OTHER_CURVES = (4, 5, 8, 9, 10, 16, 17, 18)


@dataclass(frozen=True)
class Metadata:
    """The metadata of an image file.

    Attributes
    ----------
    tags : dict
        Tags of the camera, with the directories EXIF and GPS; see `ifd`. The orientation is left
        out, because it has been applied to the pixels. So are maker notes, because they hold
        offsets in their own file.
    profile : bytes
        ICC profile, empty if there is none.
    xmp : bytes
        XMP packet, empty if there is none.
    resolution : tuple of float or None
        Pixels per metre, horizontally and vertically.
    colour_chunks : dict of bytes to bytes
        Chunks of PNG that define the colours, by their names.
    """

    tags: dict = field(default_factory=dict)
    profile: bytes = b""
    xmp: bytes = b""
    resolution: Optional[tuple] = None
    colour_chunks: dict = field(default_factory=dict)

    def profile_for(self, image):
        """Return the profile if it fits the picture, gray or colour, else nothing."""
        fits = _CHANNELS.get(self.profile[16:20]) == (1 if without_alpha(image).ndim == 2 else 3)
        return self.profile if fits else b""

    @property
    def software(self):
        """Name of the program that wrote the file, empty if unknown."""
        return self.tags[_SOFTWARE].text() if _SOFTWARE in self.tags else ""

    def written_by(self, software):
        """Return the metadata with another name of the program that wrote the file."""
        return replace(self, tags={**self.tags, _SOFTWARE: ifd.text(software)})

    def directory(self, image):
        """Return the tags with resolution and size: the first directory of a TIFF or EXIF."""
        tags = {**self.tags, **_resolution_tags(self.resolution)}
        if ifd.EXIF in tags:
            sides = dict(zip(_SIZE, map(ifd.short, (min(n, 65535) for n in image.shape[1::-1]))))
            tags[ifd.EXIF] = {**tags[ifd.EXIF], **sides}
        return tags


def from_tags(tags, profile=b"", xmp=b"", resolution=None):
    """Make the metadata of the first directory of EXIF or of a TIFF, a profile and an XMP packet.

    The resolution, in pixels per metre, is by default that of the tags.
    """
    kept = {number: _shortened(tags[number]) for number in _KEPT if number in tags}
    if _is_of_a_program(kept.get(_DESCRIPTION)):
        del kept[_DESCRIPTION]
    colours = profile[16:20] in _CHANNELS
    return Metadata(
        {number: tag for number, tag in kept.items() if tag},
        profile if colours else b"",
        _ORIENTATION.sub(rb"\g<1>1", true_of_fused(xmp)),
        resolution or _resolution(tags),
    )


def from_info(info):
    """Make the metadata of a picture that Pillow has opened, from its `info`."""
    return from_tags(exif_of(info), info.get("icc_profile") or b"", info.get("xmp") or b"")


def exif_of(info):
    """Return the directory of EXIF of a picture that Pillow has opened, from its `info`."""
    block = info.get("exif") or b""
    return ifd.read(block[6:] if block.startswith(b"Exif\0\0") else block)


def with_colours(metadata, primaries, transfer):
    """Add colours with these numbers of ITU-T H.273 to metadata without a profile.

    Linear light and Display P3 become a profile, others the chunk cICP of PNG. The curves of video
    count as that of sRGB, as in other programs.
    """
    is_srgb, is_usual = primaries in _SRGB_PRIMARIES, transfer not in _OTHER_CURVES
    if metadata.profile or (is_srgb and is_usual):
        return metadata
    if is_srgb and transfer == _LINEAR:
        return replace(metadata, profile=linear_srgb())
    if primaries == _P3_PRIMARIES and is_usual:
        return replace(metadata, profile=display_p3())
    return replace(metadata, colour_chunks={b"cICP": bytes((primaries, transfer, 0, 1))})


def _shortened(tag):
    """Remove long tags and maker notes from a directory."""
    if isinstance(tag, dict):
        found = {n: _shortened(inner) for n, inner in tag.items() if n != _MAKER_NOTE}
        return {n: inner for n, inner in found.items() if inner}
    return tag if len(tag.content) <= _LONGEST else None


def _is_of_a_program(description):
    """Tell whether it describes the layout of the file that it comes from."""
    starts = ("<?xml", "<OME", "ImageJ=", '{"shape"')
    return bool(description) and description.text().startswith(starts)


def _resolution(tags):
    """Return the pixels per metre, or None."""
    across, down, unit = (tags.get(number) for number in _RESOLUTION)
    metres = _METRES.get(unit.numbers()[0] if unit else 2)
    if not (metres and across and down) or {across.kind, down.kind} != {ifd.RATIONAL}:
        return None
    found = tuple(tag.numbers()[0] / metres for tag in (across, down))
    return found if min(found) > 0 else None


def _resolution_tags(resolution):
    """Return the tags of a resolution, per inch if that is a whole number, else per centimetre."""
    if not resolution:
        return {}
    unit = 2 if all(map(dots_per_inch, resolution)) else 3
    sides = [dots_per_inch(side) if unit == 2 else side * _METRES[unit] for side in resolution]
    return dict(zip(_RESOLUTION, [*map(ifd.rational, sides), ifd.short(unit)]))


def dots_per_inch(per_metre):
    """Return a resolution per inch if it is a whole number, else 0.

    PNG rounds it to whole pixels per metre: 300 per inch come back as 299.9994.
    """
    per_inch = per_metre * _METRES[2]
    return round(per_inch) if abs(per_inch - round(per_inch)) < 0.6 * _METRES[2] else 0
