"""Files as cameras, microscopes and programs write them, with metadata."""

import functools
import io
import struct
import zlib

import tifffile
from PIL import Image, ImageCms

CAMERA = {271: "Makers", 272: "Model 7", 306: "2024:05:06 07:08:09"}
LENS, TAKEN, NOTES = 42036, 36867, 37500
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/">'
    b'<a tiff:Orientation="%d">A fly</a></x:xmpmeta>'
)
PLACE = {1: "N", 2: (47.0, 30.0, 12.0), 3: "E", 4: (8.0, 33.0, 0.0)}


@functools.cache
def srgb():
    """Bytes of an sRGB profile, which hold the time of their making."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def exif(orientation=1):
    """Block of EXIF as a camera writes it."""
    found = Image.Exif()
    found.update(CAMERA)
    found[274] = orientation
    found[34665] = {LENS: "Macro 100mm", TAKEN: "2024:05:06 07:08:09", NOTES: b"maker's own"}
    found[34853] = PLACE
    return found.tobytes()


def write_jpeg(path, image, orientation=1, **options):
    """Write a JPEG with EXIF, sRGB, XMP and 300 dots per inch."""
    content = io.BytesIO()
    options = {"icc_profile": srgb(), "dpi": (300, 300), "quality": 95, **options}
    Image.fromarray(image).save(content, "jpeg", exif=exif(orientation), **options)
    packet = b"http://ns.adobe.com/xap/1.0/\0" + XMP % orientation
    segment = b"\xff\xe1" + (len(packet) + 2).to_bytes(2, "big") + packet
    data = content.getvalue()
    path.write_bytes(data[:2] + segment + data[2:])


def write_stack(path, frames, **options):
    """Write frames as the pages of one TIFF."""
    with tifffile.TiffWriter(str(path), **options) as tiff:
        for frame in frames:
            photometric = "rgb" if frame.ndim == 3 else "minisblack"
            tiff.write(frame, photometric=photometric, metadata=None, contiguous=False)


def write_png(path, header, pixels, *chunks):
    """Write a PNG of (width, height, bits, kind), compressed pixels and chunks (name, content)."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", *header, 0, 0, 0)), *chunks]
    data = b"\x89PNG\r\n\x1a\n"
    for name, content in [*parts, (b"IDAT", pixels), (b"IEND", b"")]:
        checksum = struct.pack(">I", zlib.crc32(name + content))
        data += struct.pack(">I", len(content)) + name + content + checksum
    path.write_bytes(data)
