"""Reading and writing of photographs as PNG, JPEG, TIFF and BMP, without change of bit depth."""

import io
import re
import struct
import tempfile
from pathlib import Path

import cv2
import numpy as np
import tifffile

from ..errors import BadInput
from .atomic import atomic_write
from .layout import rgb, upright
from .tiff import decode_tiff

# Pixel types that each format can be written with.
_DEPTHS = {
    ".png": ("uint8", "uint16"),
    ".jpg": ("uint8",),
    ".jpeg": ("uint8",),
    ".tif": ("uint8", "uint16", "float32"),
    ".tiff": ("uint8", "uint16", "float32"),
    ".bmp": ("uint8",),
}


def read(path):
    """Read a photograph.

    The format is recognised by the content of the file, not by its name. The orientation in EXIF
    (JPEG, PNG) or in the TIFF tag is applied. An alpha channel is dropped. Pictures stored as
    colour stay colour even if every pixel is gray. Palettes become RGB; only in BMP, which has no
    other form of gray, gray palettes become gray. 1, 2 and 4 bits become 8. Of an animated PNG the
    default picture is read. TIFF files with several pages are refused; thumbnails are ignored.

    Truncation is detected: anywhere in a PNG, BMP or TIFF, and before the end marker of a JPEG.
    Damage within the data is detected in PNG and deflated TIFF by their checksums, but not always
    in other files.

    Parameters
    ----------
    path : str or Path
        A PNG, JPEG, TIFF or BMP file.

    Returns
    -------
    numpy.ndarray
        H x W (gray) or H x W x 3 (R, G, B) of the stored type: uint8, uint16, or float32 with any
        finite values; 16- and 64-bit floats become float32.

    Raises
    ------
    BadInput
        If the file is missing, damaged or not a picture of these formats, or if it holds several
        pages, colours other than gray and RGB, channels besides these and alpha, signed or wider
        integers, no pixels, NaN or infinity.
    """
    path = Path(path)
    decode = _decoder(path)
    try:
        image = decode(path)
    except BadInput:
        raise
    except Exception as error:  # decoders raise anything on damaged files
        reason = " ".join(str(error).split()).rstrip(".")
        raise BadInput(f"{path} is damaged and cannot be decoded: {reason}.") from error
    _check_finite(image, path)
    return image


def write(path, image, quality=95):
    """Write a picture with its own bit depth, in the format given by the suffix of `path`.

    PNG, BMP and TIFF (deflate) are lossless. JPEG keeps the full colour resolution with
    OpenCV 4.7 and later, half of it with older ones. The write is atomic.

    Parameters
    ----------
    path : str or Path
        Ends in .png, .jpg, .jpeg, .tif, .tiff or .bmp.
    image : numpy.ndarray
        H x W or H x W x 3 (R, G, B): uint8; uint16 for PNG and TIFF; float32 for TIFF.
    quality : int
        Quality of JPEG, 1 to 100.

    Raises
    ------
    BadInput
        If the format cannot hold the depth or the size, or the file cannot be written there.
    """
    path = Path(path)
    check_writable(path, image.dtype)
    with atomic_write(path) as partial:
        if path.suffix.lower() in (".tif", ".tiff"):
            photometric = "minisblack" if image.ndim == 2 else "rgb"
            tifffile.imwrite(
                partial, image, photometric=photometric, compression="zlib", metadata=None
            )
        else:
            partial.write_bytes(_encoded(path, image, quality))


def check_writable(path, dtype):
    """Check, before a long computation, that its result can be written.

    Parameters
    ----------
    path : str or Path
        Path of the picture to be written.
    dtype : numpy.dtype or str
        Its pixel type.

    Raises
    ------
    BadInput
        If the suffix is unknown, the format cannot hold the type, or no file can be created.
    """
    path = Path(path)
    suffix, depth = path.suffix.lower(), np.dtype(dtype).name
    if suffix not in _DEPTHS:
        raise BadInput(f"Cannot write {path}: its name must end in one of {' '.join(_DEPTHS)}.")
    if depth not in _DEPTHS[suffix]:
        able = " ".join(other for other in _DEPTHS if depth in _DEPTHS[other]) or "another depth"
        raise BadInput(f"Cannot write {path}: {suffix} cannot hold {depth}; use {able}.")
    if path.is_dir():
        raise BadInput(f"Cannot write {path}: it is a folder.")
    if not path.parent.is_dir():
        raise BadInput(f"Cannot write {path}: there is no folder {path.parent}.")
    try:  # permission bits do not suffice: root, read-only disks, /proc
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise BadInput(f"Cannot write {path}: {error.strerror or error}.") from error


def _decoder(path):
    """Choose the function that decodes a file by its first bytes."""
    if path.is_dir():
        raise BadInput(f"{path} is a folder, not a picture.")
    try:
        with open(path, "rb") as file:
            start = file.read(4)
    except FileNotFoundError as error:
        raise BadInput(f"{path} does not exist.") from error
    except OSError as error:
        raise BadInput(f"Cannot read {path}: {error.strerror or error}.") from error
    if not start:
        raise BadInput(f"{path} is empty.")
    for signature, decode in _DECODERS.items():
        if start.startswith(signature):
            return decode
    raise BadInput(f"{path} is not a PNG, JPEG, TIFF or BMP picture.")


def _check_finite(image, path):
    if image.dtype == np.float32 and not np.isfinite(image).all():
        height, width = image.shape[:2]
        bad = ~np.isfinite(image).reshape(height, width, -1).all(axis=2)
        raise BadInput(f"{path} has {bad.sum()} pixel(s) that are NaN or infinite.")


def _bmp(path):
    return rgb(cv2.imread(str(path), cv2.IMREAD_ANYDEPTH | cv2.IMREAD_ANYCOLOR), path)


def _jpeg(path):
    # OpenCV fills missing data with gray, so check first. It applies the EXIF orientation.
    if not _has_jpeg_end(path.read_bytes()):
        raise BadInput(f"{path} is truncated: the end marker of JPEG is missing.")
    return rgb(cv2.imread(str(path), cv2.IMREAD_ANYDEPTH | cv2.IMREAD_ANYCOLOR), path)


def _has_jpeg_end(data):
    """Whether the end marker exists; segments are skipped, as thumbnails have end markers too."""
    marker = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")
    found = marker.search(data, 2)
    while found and found.group(1) != b"\xd9":
        length = int.from_bytes(data[found.end() : found.end() + 2], "big")
        found = marker.search(data, found.end() + length)
    return bool(found)


def _png(path):
    chunks = _png_chunks(path)
    if b"IEND" not in chunks:
        raise BadInput(f"{path} is truncated: the end chunk of PNG is missing.")
    if 0 in struct.unpack(">II", chunks[b"IHDR"][:8]):
        raise BadInput(f"{path} has no pixels.")
    # Old versions of OpenCV ignore the orientation of PNG, so it is applied here for all versions.
    flags = cv2.IMREAD_ANYDEPTH | cv2.IMREAD_ANYCOLOR | cv2.IMREAD_IGNORE_ORIENTATION
    image = rgb(cv2.imread(str(path), flags), path)
    gray_with_alpha = chunks[b"IHDR"][9] == 4
    if gray_with_alpha and image.ndim == 3:
        image = image[..., 0]
    if b"eXIf" not in chunks:
        return np.ascontiguousarray(image)
    with tifffile.TiffFile(io.BytesIO(chunks[b"eXIf"])) as exif:
        return upright(image, exif.pages[0])


def _png_chunks(path):
    """Read the content of each kind of chunk except pixels: {name: bytes}."""
    chunks = {}
    with open(path, "rb") as file:
        file.seek(8)
        while len(header := file.read(8)) == 8 and b"IEND" not in chunks:
            length, name = struct.unpack(">I4s", header)
            chunks[name] = b"" if name == b"IDAT" else file.read(length)
            file.seek(4 + (length if name == b"IDAT" else 0), io.SEEK_CUR)
    return chunks


def _encoded(path, image, quality):
    suffix, flags = path.suffix.lower(), []
    if suffix in (".jpg", ".jpeg"):
        flags = [cv2.IMWRITE_JPEG_QUALITY, quality]
        if hasattr(cv2, "IMWRITE_JPEG_SAMPLING_FACTOR"):
            flags += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    bgr = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    try:
        done, data = cv2.imencode(suffix, bgr, flags)
    except cv2.error:
        done = False
    if not done:
        size = "x".join(map(str, image.shape[1::-1]))
        raise BadInput(f"Cannot write {path}: {suffix} cannot hold {size} pixels.")
    return data


_DECODERS = {
    b"\x89PNG": _png,
    b"\xff\xd8": _jpeg,
    b"BM": _bmp,
    b"II*\0": decode_tiff,
    b"MM\0*": decode_tiff,
    b"II+\0": decode_tiff,
    b"MM\0+": decode_tiff,
}
