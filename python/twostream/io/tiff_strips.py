"""Checks of the compressed strips and tiles of TIFF files, whose damage OpenCV hides."""

import io
import mmap
import zlib
from concurrent.futures import ThreadPoolExecutor

import cv2
from PIL.TiffImagePlugin import TiffImageFile

from ..errors import BadInput
from . import ifd
from .jpeg import is_whole_jpeg

READABLE = (1, 2, 3, 4, 5, 7, 8, 32773, 32946)
"""Compressions that are read: none, CCITT (three kinds), LZW, JPEG, deflate, PackBits, deflate."""
_NONE, _LZW, _JPEG, _PACKBITS = 1, 5, 7, 32773
_DEFLATE = (8, 32946)
_NAMES = {_PACKBITS: "PackBits", 34933: "PNG", 34887: "LERC", 34925: "LZMA", 50001: "WebP"}
_NAMES.update(dict.fromkeys((33003, 33004, 33005, 34712), "JPEG 2000"))
_NAMES.update(dict.fromkeys((22610, 34934), "JPEG XR"))
_NAMES.update(dict.fromkeys((50002, 52546), "JPEG XL"))
"""Names that old releases of tifffile lack."""
_TABLES = 347  # tag: the common part of the JPEG streams of all strips
_PADDING = 4  # bytes that writers may add to a strip


def check_compression(page, path):
    """Raise BadInput if the compression of a page is not one of `READABLE`."""
    kind = page.compression
    name = _NAMES.get(kind) or getattr(kind, "name", f"method {kind}").replace("_", " ")
    name += " with a predictor" if kind in READABLE else ""
    advice = "Convert it to an uncompressed or deflate TIFF."
    if kind not in READABLE or (kind == _PACKBITS and page.predictor != 1):
        raise BadInput(f"{path} is compressed with {name}, which cannot be read. {advice}")
    if kind == _JPEG and page.bitspersample != 8:
        bits = page.bitspersample
        raise BadInput(f"{path} is a JPEG of {bits} bits, which cannot be read. {advice}")


def check_strips(page, path):
    """Raise BadInput if a strip or tile of a page is damaged, as far as its compression shows."""
    whole = {_NONE: _is_long_enough, _LZW: _is_whole_lzw, _PACKBITS: _is_whole_packbits}
    whole.update(dict.fromkeys(_DEFLATE, _is_whole_deflate))
    if page.compression == _JPEG:
        tables = bytes(page.tags[_TABLES].value) if _TABLES in page.tags else b"\xff\xd8"
        start = tables[: tables.rfind(b"\xff\xd9")] if b"\xff\xd9" in tables else tables
        whole[_JPEG] = lambda data, least, most: is_whole_jpeg(start + data[2:], most)
    check = whole.get(page.compression, _is_there)
    with (
        open(path, "rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
        ThreadPoolExecutor(max(cv2.getNumThreads(), 1)) as pool,
    ):
        if not all(pool.map(lambda one: check(data[one[0]], *one[1:]), _strips(page))):
            raise BadInput(
                f"{path} is damaged: a strip or tile of its pixels cannot be read. Copy the file "
                "again."
            )


def _strips(page):
    """Yield the place of each strip as a slice, and its least and greatest decoded bytes."""
    samples = page.samplesperpixel if page.planarconfig == 1 else 1
    width, rows = page.imagewidth, min(page.rowsperstrip or page.imagelength, page.imagelength)
    if page.is_tiled:
        width, rows = page.tilewidth, page.tilelength
    row = (width * samples * page.bitspersample + 7) // 8
    count = -(-page.imagelength // rows)  # of strips in a plane
    for n, (place, length) in enumerate(zip(page.dataoffsets, page.databytecounts)):
        here = rows if page.is_tiled else min(rows, page.imagelength - n % count * rows)
        yield slice(place, place + length), here * row, rows * row


def _is_long_enough(data, least, _):
    return len(data) >= least


def _is_there(data, *_):
    return len(data) > 0


def _is_whole_deflate(data, least, most):
    machine = zlib.decompressobj()
    try:
        made = len(machine.decompress(data, most + 1))
        machine.decompress(machine.unconsumed_tail, 1)  # the checksum
    except zlib.error:
        return False
    return machine.eof and least <= made <= most


def _is_whole_lzw(data, least, most):
    return _inflates(data, least) and not _inflates(data, most + 1)


def _inflates(data, length):
    """Tell whether LZW data hold at least this number of bytes, with libtiff in Pillow."""
    numbers = {256: length, 257: 1, 273: 8, 278: 1, 279: len(data)}
    tags = {number: ifd.Tag(ifd.LONG, n.to_bytes(4, "little")) for number, n in numbers.items()}
    tags.update({258: ifd.short(8), 259: ifd.short(_LZW), 262: ifd.short(1), 277: ifd.short(1)})
    start = 8 + len(data) + len(data) % 2
    header = b"II*\0" + start.to_bytes(4, "little")
    try:
        TiffImageFile(
            io.BytesIO(header + data.ljust(start - 8, b"\0") + ifd.written(tags, start))
        ).load()
    except (OSError, SyntaxError, ValueError):
        return False
    return True


def _is_whole_packbits(data, least, most):
    """Tell whether packets end where the data and the pixels end."""
    place = made = 0
    while place < len(data) and made < least:
        count = data[place]
        place += 2 if count > 128 else 1 + (count + 1) * (count < 128)
        made += 257 - count if count > 128 else (count + 1) * (count < 128)
    return place <= len(data) and least <= made <= most and len(data) - place < _PADDING
