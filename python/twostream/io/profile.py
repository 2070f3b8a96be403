"""ICC profiles: comparison, conversion of pixels, and the profile of linear light (ICC.1:2001)."""

import io
import struct

import numpy as np
from PIL import Image, ImageCms

from ..errors import BadInput
from .srgb import to_light

_RELATIVE = 1  # rendering intent: colorimetric, white to white
_CHANNELS = {b"GRAY": "L", b"RGB ": "RGB"}
_COLOURS = (b"rXYZ", b"gXYZ", b"bXYZ", b"wtpt")
# Red, green and blue, and white, as XYZ under D50: those of the profile sRGB v2 of the ICC, and of
# Display P3 (SMPTE EG 432-1).
_WHITE = (0.96420, 1.0, 0.82491)
_SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))


def are_same(a, b):
    """Tell whether two profiles mean the same colours; an untagged image has an empty one."""
    first, second = (p[:24] + p[36:84] + p[100:] for p in (a, b))  # without time and checksum
    return first == second


def name(profile):
    """Return the name of a profile, for messages."""
    if not profile:
        return "none"
    try:
        return " ".join(ImageCms.getProfileDescription(_opened(profile)).split()) or "unnamed"
    except (ImageCms.PyCMSError, OSError):
        return "damaged"


def converted(image, source, target, path):
    """Convert a picture, H x W or H x W x 3, uint8, from one profile to another; b"" is sRGB.

    The conversion is relative colorimetric, without black point compensation. Raise BadInput if the
    picture has more than 8 bits, which Pillow cannot convert, or if a profile is damaged or does
    not fit the picture. The message names the path.
    """
    if image.dtype != np.uint8:
        raise BadInput(
            f"{path} has {image.dtype} pixels, and only 8-bit pixels can be converted to another "
            "colour profile. Give all frames one profile first."
        )
    mode = "L" if image.ndim == 2 else "RGB"
    if any(_CHANNELS.get(p[16:20], "RGB") != mode for p in (source, target)):
        raise BadInput(
            f"{path} cannot be converted: one of its profile and the first is for gray. Give all "
            "frames one profile first."
        )
    try:
        found = ImageCms.profileToProfile(
            Image.fromarray(image), _opened(source), _opened(target), _RELATIVE
        )
    except (ImageCms.PyCMSError, OSError) as error:
        raise BadInput(
            f"The colour profile of {path}, or that of the first frame, is damaged. Give all "
            "frames one profile first."
        ) from error
    return np.asarray(found)


def _opened(profile):
    if not profile:
        return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


def linear_srgb():
    """Return the profile of pixels that are linear in light, with the primaries of sRGB."""
    return _profile(b"Linear sRGB", _SRGB, [])  # of no points: the straight line


def display_p3():
    """Return the profile of Display P3: its primaries, and the curve of sRGB."""
    return _profile(b"Display P3", _P3, np.rint(to_light(np.linspace(0, 1, 1024)) * 65535))


def _profile(name, primaries, points):
    """Make a profile of three primaries and one curve, whose points go up to 65535."""
    curve = b"curv" + struct.pack(">4xI", len(points)) + np.array(points, ">u2").tobytes()
    colours = zip(_COLOURS, (*primaries, _WHITE))
    tags = {number: b"XYZ " + bytes(4) + _fixed(*xyz) for number, xyz in colours}
    tags.update(dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))
    described = b"desc" + struct.pack(">4xI", len(name) + 1) + name + bytes(1 + 12 + 67)
    tags.update({b"desc": described, b"cprt": b"text" + bytes(4) + b"none\0"})
    table, contents = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for number, content in sorted(tags.items()):
        table += number + struct.pack(">II", start + len(contents), len(content))
        contents += content + bytes(-len(content) % 4)
    size = start + len(contents)
    header = struct.pack(">I4xI", size, 0x02100000) + b"mntrRGB XYZ " + bytes(12) + b"acsp"
    header += bytes(28) + _fixed(*_WHITE)
    return header.ljust(128, b"\0") + table + contents


def _fixed(*numbers):
    """Encode numbers as ICC's s15Fixed16Number."""
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))
