"""Reading and writing of photographs in all formats, without loss of bit depth."""

import re
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, NamedTuple

import cv2
import numpy as np

from ..errors import BadInput
from .atomic import atomic_write, check_place
from .avif import decode_avif, metadata_of_avif
from .bmp import decode_bmp
from .chatter import no_chatter
from .heic import decode_heic, metadata_of_heic
from .jpeg import decode_jpeg, jpeg_with, metadata_of_jpeg
from .jpegxl import decode_jpegxl, metadata_of_jpegxl
from .metadata import Metadata
from .pixels import alpha_of, without_alpha
from .planes import planes_of_tiff
from .png import decode_png, encode_gray_with_alpha, metadata_of_png, png_with
from .raw import SUFFIXES, decode_raw, metadata_of_raw
from .regular import check_regular
from .tiff import decode_tiff, pages_of_tiff, write_tiff
from .tiff_metadata import metadata_of_tiff
from .webp import decode_webp, metadata_of_webp

WRITABLE = {
    ".png": ("uint8", "uint16"),
    ".jpg": ("uint8",),
    ".jpeg": ("uint8",),
    ".tif": ("uint8", "uint16", "float32"),
    ".tiff": ("uint8", "uint16", "float32"),
    ".bmp": ("uint8",),
}
"""Suffix of a format -> pixel types that it can be written with."""
READABLE = (*WRITABLE, *SUFFIXES, ".webp", ".avif", ".heic", ".heif", ".hif", ".jxl")
"""Suffixes of image files in a folder."""


def read(path, page=None, most_pixels=None, alpha=False):
    """Read a photograph.

    The format is recognised by the content of the file, only raw files of cameras by their name
    (see `raw`). The orientation in EXIF (JPEG, PNG, WebP), in the TIFF tag or in the picture itself
    (AVIF, HEIC, JPEG XL) is applied. Pictures stored as colour stay colour even if every pixel is
    gray. Palettes become RGB. The exception is BMP, where gray palettes become gray because BMP has
    no other form of gray. 1, 2 and 4 bits become 8. In AVIF, HEIC and JPEG XL, 10 and 12 bits
    become 16. In an animated PNG, WebP or AVIF, the default picture is read. In a TIFF file with
    several pages, `page` is required; thumbnails are ignored.

    Truncation is detected: anywhere in a PNG, BMP or TIFF, and before the end marker of a JPEG.
    Checksums detect damage in PNG and deflated TIFF. Damage is also detected in TIFF with LZW and
    PackBits if the length changes, and in JPEG if the decoder warns.

    Parameters
    ----------
    path : str or Path
        A PNG, JPEG, TIFF, BMP or WebP file; with the extra `formats` an AVIF, HEIC or JPEG XL file;
        with the extra `raw` a raw file.
    page : int, optional
        Page of a TIFF file, one of `pages`.
    most_pixels : int, optional
        Limit of the declared size; see `limits.check_size` for the default.
    alpha : bool
        Whether to keep an alpha channel, which is not possible for BMP and JPEG XL. Colours are not
        multiplied by it.

    Returns
    -------
    numpy.ndarray
        H x W (gray) or H x W x 3 (R, G, B); with alpha H x W x 2 or H x W x 4. The type is the
        stored one: uint8, uint16, or float32 with any finite values. 16- and 64-bit floats become
        float32.

    Raises
    ------
    BadInput
        If the file is missing, damaged, too large, or not of these formats, or if `page` is needed
        but not given. Also for colours other than gray and RGB, channels other than these and
        alpha, signed or wider integers, no pixels, NaN or infinity.
    """
    path = Path(path)
    format_ = _format(path)
    with _decoding(path):
        if page is None:
            image = format_.decode(path, most_pixels)
        else:
            image = decode_tiff(path, most_pixels, page)
    _check_finite(image, path)
    return image if alpha else without_alpha(image)


def pages(path):
    """Find the pictures in a file: ``[None]``, or the numbers of a TIFF's pages but thumbnails.

    Raise BadInput if the file cannot be read, or its pages are no stack of one channel.
    """
    path = Path(path)
    format_ = _format(path)
    with _decoding(path):
        found = pages_of_tiff(path) if format_ is _TIFF else []
    return found if len(found) > 1 else [None]


def planes(path):
    """Find the planes of a TIFF file with channels and times, see `planes.planes_of_tiff`."""
    path = Path(path)
    format_ = _format(path)
    if format_ is not _TIFF:
        raise BadInput(f"{path} is no TIFF file. Give an OME-TIFF or ImageJ file for --channel.")
    with _decoding(path):
        return planes_of_tiff(path)


def read_metadata(path):
    """Read the metadata of a file, without damaged parts.

    Raise BadInput if the file cannot be read.
    """
    path = Path(path)
    format_ = _format(path)
    with _decoding(path):
        return format_.metadata(path)


def write(path, image, quality=95, metadata=None):
    """Write a picture with its own bit depth, in the format given by the suffix of `path`.

    PNG, BMP and TIFF (deflate) are lossless. JPEG keeps the full colour resolution with
    OpenCV 4.7 and later, half of it with older ones. The write is atomic.

    Parameters
    ----------
    path : str or Path
        Ends in .png, .jpg, .jpeg, .tif, .tiff or .bmp.
    image : numpy.ndarray
        H x W or H x W x 3 (R, G, B): uint8; uint16 for PNG and TIFF; float32 for TIFF. PNG and TIFF
        take a further channel of alpha.
    quality : int
        Quality of JPEG, 1 to 100.
    metadata : Metadata, optional
        Written into PNG, JPEG and TIFF; BMP has no place for it.

    Raises
    ------
    BadInput
        If the format cannot hold the depth or the size, or the file cannot be written there.
    """
    path = Path(path)
    check_writable(path, image.dtype)
    with atomic_write(path) as partial:
        if path.suffix.lower() in (".tif", ".tiff"):
            write_tiff(partial, image, metadata)
        else:
            _write_encoded(partial, path, image, quality, metadata)


def _write_encoded(partial, path, image, quality, metadata):
    data = encoded(path, image, quality)
    with_metadata = _WITH_METADATA.get(path.suffix.lower())
    with open(partial, "wb") as file:
        for piece in with_metadata(data, metadata, image) if metadata and with_metadata else [data]:
            file.write(piece)


def check_writable(path, dtype):
    """Check, before a long computation, that a picture of this pixel type can be written.

    Raise BadInput if the suffix is unknown, the format cannot hold the type, or no file can be
    created.
    """
    path = Path(path)
    suffix, depth = path.suffix.lower(), np.dtype(dtype).name
    if suffix not in WRITABLE:
        raise BadInput(f"Cannot write {path}: its name must end in one of {' '.join(WRITABLE)}.")
    if depth not in WRITABLE[suffix]:
        able = " ".join(other for other in WRITABLE if depth in WRITABLE[other]) or "another depth"
        raise BadInput(f"Cannot write {path}: {suffix} cannot hold {depth}. Use {able} instead.")
    check_place(path)


def reduced_for(path, image):
    """Reduce a picture to the limits of its format: 8 bits in JPEG, alpha in PNG and TIFF only."""
    image = image if keeps_alpha(path) else without_alpha(image)
    if Path(path).suffix.lower() in (".jpg", ".jpeg") and image.dtype == np.uint16:
        reduced = np.empty(image.shape, np.uint8)
        for row, line in enumerate(image):  # to save memory
            reduced[row] = (line.astype(np.uint32) + 128) // 257
        return reduced
    return image


def keeps_alpha(path):
    """Tell whether the format of an output file can hold an alpha channel."""
    return Path(path).suffix.lower() in (".png", ".tif", ".tiff")


def _format(path):
    """Find the format of a file by its first bytes; that of raw files by their name."""
    try:
        check_regular(path)
        with open(path, "rb") as file:
            start = file.read(64)
    except FileNotFoundError as error:
        raise BadInput(f"{path} does not exist.") from error
    except OSError as error:
        raise BadInput(f"Cannot read {path}: {error.strerror or error}.") from error
    if not start:
        raise BadInput(f"{path} is empty.")
    if path.suffix.lower() in SUFFIXES:
        return _RAW
    for signature, found in _FORMATS.items():
        if re.match(signature, start, re.DOTALL):
            return found
    raise BadInput(
        f"{path} is not an image of a known format, such as PNG, JPEG or TIFF. Convert it to one "
        "of these."
    )


@contextmanager
def _decoding(path):
    """Turn any exception of a decoder on a damaged file into BadInput."""
    try:
        with no_chatter():
            yield
    except (BadInput, MemoryError):
        raise
    except Exception as error:
        if "Insufficient memory" in str(error):  # OpenCV's wording
            raise MemoryError from error
        reason = " ".join(str(error).split()).rstrip(".")
        raise BadInput(f"{path} is damaged and cannot be decoded: {reason}.") from error


def _check_finite(image, path):
    if image.dtype == np.float32 and not np.isfinite(image).all():
        height, width = image.shape[:2]
        bad = ~np.isfinite(image).reshape(height, width, -1).all(axis=2)
        raise BadInput(
            f"{path} has {bad.sum()} pixel(s) that are NaN or infinite. Replace them first."
        )


def encoded(path, image, quality):
    """Encode a picture as `write` does, without metadata; only the suffix of `path` counts."""
    suffix, flags = path.suffix.lower(), []
    if suffix in (".jpg", ".jpeg"):
        flags = [cv2.IMWRITE_JPEG_QUALITY, quality]
        if hasattr(cv2, "IMWRITE_JPEG_SAMPLING_FACTOR"):
            flags += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    if image.ndim == 3 and image.shape[2] == 2:
        return encode_gray_with_alpha(image)
    code = cv2.COLOR_RGB2BGR if alpha_of(image) is None else cv2.COLOR_RGBA2BGRA
    bgr = image if image.ndim == 2 else cv2.cvtColor(image, code)
    try:
        done, data = cv2.imencode(suffix, bgr, flags)
    except cv2.error:
        done = False
    if not done:
        size = "x".join(map(str, image.shape[1::-1]))
        raise BadInput(
            f"Cannot write {path}: {suffix} cannot hold {size} pixels. Use another format, such as "
            "TIFF."
        )
    return data


class _Format(NamedTuple):
    """The functions that read files of a format."""

    decode: Callable
    metadata: Callable


_TIFF = _Format(decode_tiff, metadata_of_tiff)
_RAW = _Format(decode_raw, metadata_of_raw)
_FORMATS = {
    rb"\x89PNG": _Format(decode_png, metadata_of_png),
    rb"\xff\xd8": _Format(decode_jpeg, metadata_of_jpeg),
    rb"BM": _Format(decode_bmp, lambda _: Metadata()),
    rb"II[*+]\0|MM\0[*+]": _TIFF,
    rb"RIFF....WEBP": _Format(decode_webp, metadata_of_webp),
    rb"....ftyp(....)*?avi[fs]": _Format(decode_avif, metadata_of_avif),
    rb"....ftyp(....)*?(hei[cxms]|hev[cxms]|mif1)": _Format(decode_heic, metadata_of_heic),
    rb"\xff\x0a|\0\0\0\x0cJXL ": _Format(decode_jpegxl, metadata_of_jpegxl),
}
"""First bytes of a file, as a regular expression -> its format."""
_WITH_METADATA = {".png": png_with, ".jpg": jpeg_with, ".jpeg": jpeg_with}
