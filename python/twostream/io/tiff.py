"""Pictures from and to TIFF files."""

import mmap
import struct
from inspect import signature

import cv2
import numpy as np
import tifffile

from ..errors import BadInput
from . import ifd
from .layout import ORIENTATION, rgb, turned
from .limits import check_size
from .pixels import alpha_of, from_unit, squeezed, white_level, without_alpha
from .tiff_metadata import add_to_tiff, is_no_stack
from .tiff_strips import check_compression, check_strips

# Sample types of TIFF that can be read.
_TIFF_NUMBERS = ("uint1", "uint2", "uint4", "uint8", "uint16", "float16", "float32", "float64")

_MOST_PAGES = 10_000
_EXTRA_SAMPLES = 338  # number of a tag
_PREMULTIPLIED, _STRAIGHT = 1, 2
"""Values of this tag for alpha; 0 is any other channel, such as a mask."""

_AT_ONCE = 2**24
"""Bytes of pixels that are compressed before they are written."""


def decode_tiff(path, most_pixels=None, number=None):
    """Decode a page of a TIFF file, as `pages_of_tiff` counts them, by default the only one.

    The result is that of `images.read`, with alpha; `images.read` checks that floats are finite.
    Raise BadInput if the page is truncated, too large, or not in gray or RGB, or there are several
    and none is named.
    """
    count_pages(path)
    with tifffile.TiffFile(path) as tiff:
        page = _only_page(tiff, path) if number is None else _page(tiff, number)
        _check_pixels(page, path, most_pixels)
        check_compression(page, path)
        _check_samples(page, path)
        check_strips(page, path)
        simple = page.photometric in (1, 2) and page.bitspersample % 8 == 0
        if simple and page.compression in (1, 8, 32946) and page.predictor in (1, 2):
            image = _tiff_by_tifffile(page)
        else:
            image = _tiff_by_opencv(page, path)
        if image.dtype.kind == "f":
            with np.errstate(over="ignore"):  # overflow gives infinity, which is refused later
                image = image.astype(np.float32, copy=False)
        image = _with_straight_alpha(image, page)
        return turned(image, page.tags[ORIENTATION].value if ORIENTATION in page.tags else 1)


def pages_of_tiff(path):
    """Find the pictures of a focus stack in one file: all pages but thumbnails, by their numbers.

    Raise BadInput if pages are missing, or are no stack of one channel by OME's or ImageJ's
    description.
    """
    count = count_pages(path)
    if not count:
        raise BadInput(
            f"{path} is truncated: a directory of the TIFF is missing. Copy the file again."
        )
    with tifffile.TiffFile(path) as tiff:
        pages = [n for n, page in enumerate(tiff.pages) if not page.is_reduced]
        pages = [*range(undescribed_planes(tiff))] or pages
        if len(pages) > 1 and is_no_stack(tiff.pages[0].description):
            raise BadInput(
                f"{path} holds several channels, or focus positions at several times. Fuse it with "
                "twostream fuse --channel N, where N is the channel that decides."
            )
        return pages


def count_pages(path):
    """Count the pages, 0 if one is missing; raise BadInput if they are too many."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        count = ifd.count_directories(data, _MOST_PAGES + 1)
    if count > _MOST_PAGES:
        raise BadInput(f"{path} has more than {_MOST_PAGES} pages. Split it into several files.")
    return count


def undescribed_planes(tiff):
    """Count the planes of a file that ImageJ wrote with one directory, as it does above 4 GB.

    Return 0 if each plane has its own directory.
    """
    described = (tiff.imagej_metadata or {}) if len(tiff.pages) == 1 else {}
    count = described.get("images", 0)
    return count if count in range(2, _MOST_PAGES + 1) and tiff.pages[0].compression == 1 else 0


def _page(tiff, number):
    """Return a page, also one of the undescribed planes, which follow the first without a gap."""
    if not undescribed_planes(tiff):
        return tiff.pages[number]
    page = tiff.pages[0]
    behind = number * sum(page.databytecounts)
    page.dataoffsets = tuple(place + behind for place in page.dataoffsets)
    return page


def write_tiff(path, image, metadata=None):
    """Write a picture as `images.write` does, deflated."""
    # By default tifffile compresses on half the cores; old releases on one, without these options.
    threads = {"maxworkers": cv2.getNumThreads(), "buffersize": _AT_ONCE}
    known = signature(tifffile.TiffWriter.write).parameters
    tifffile.imwrite(
        path,
        image,
        byteorder="<",
        photometric="minisblack" if without_alpha(image).ndim == 2 else "rgb",
        compression="zlib",
        metadata=None,
        **({} if alpha_of(image) is None else {"extrasamples": [2], "planarconfig": "contig"}),
        **{name: value for name, value in threads.items() if name in known},
    )
    if metadata:
        add_to_tiff(path, metadata, image)


def _only_page(tiff, path):
    pages = [page for page in tiff.pages if not page.is_reduced]
    if len(tiff.pages) and len(pages) != 1:
        advice = "save the page to be used as a separate file"
        raise BadInput(f"{path} holds {len(pages)} pages, not one picture; {advice}.")
    if not pages:
        raise BadInput(f"{path} is truncated: pixels of the TIFF are missing.")
    return pages[0]


def _check_pixels(page, path, most_pixels):
    if 0 in (page.imagewidth, page.imagelength):
        raise BadInput(f"{path} has no pixels.")
    strips = list(zip(page.dataoffsets, page.databytecounts))
    if not strips or not all(page.databytecounts) or max(map(sum, strips)) > path.stat().st_size:
        raise BadInput(f"{path} is truncated: pixels of the TIFF are missing.")
    pixel_bytes = page.samplesperpixel * page.bitspersample / 8
    check_size(path, (page.imagewidth, page.imagelength), pixel_bytes, most_pixels)
    if page.is_tiled:  # a tile is decoded as a whole
        check_size(path, (page.tilewidth, page.tilelength), pixel_bytes, most_pixels)


def _check_samples(page, path):
    """Refuse sample types, colours and channels that are not supported."""
    kind = {1: "uint", 2: "int", 3: "float"}.get(page.sampleformat, "complex")
    depth = f"{kind}{page.bitspersample}"
    if depth not in _TIFF_NUMBERS:
        raise BadInput(
            f"{path} holds {depth} numbers; only uint8, uint16 and floats can be read. Convert it."
        )
    channels = {0: 1, 1: 1, 2: 3, 3: 1, 6: 3}.get(page.photometric)
    if channels is None:
        colours = getattr(page.photometric, "name", page.photometric)
        raise BadInput(
            f"{path} holds {colours} colours; only gray and RGB can be read. Convert it."
        )
    if page.samplesperpixel not in (channels, channels + 1) or page.imagedepth != 1:
        count = page.samplesperpixel * page.imagedepth
        raise BadInput(
            f"{path} has {count} channels; only gray and RGB, with alpha, can be read. Convert it."
        )


def _tiff_by_tifffile(page):
    """Decode uncompressed and deflated samples in any layout, which OpenCV does not do reliably."""
    image = page.asarray()
    if page.axes == "SYX":
        image = np.moveaxis(image, 0, -1)
    return squeezed(image)


def _with_straight_alpha(image, page):
    """Drop an extra channel that is no alpha, and divide colours by premultiplied alpha."""
    alpha = alpha_of(image)
    tag = page.tags[_EXTRA_SAMPLES].value if _EXTRA_SAMPLES in page.tags else _STRAIGHT
    kind = tag[0] if isinstance(tag, tuple) else tag
    if alpha is None or kind not in (_PREMULTIPLIED, _STRAIGHT):
        return without_alpha(image)
    if kind == _PREMULTIPLIED:
        white = white_level([image]) if image.dtype.kind == "u" else 1.0
        share = np.divide(white, alpha, where=alpha > 0, out=np.zeros(alpha.shape))
        straight = from_unit(image[..., :-1] * share[..., None] / white, white, image.dtype)
        image = np.dstack([straight, alpha])
    return image


def _tiff_by_opencv(page, path):
    """Decode other compressions and palettes, for which tifffile needs a further package."""
    data = np.memmap(path, np.uint8, mode="c")
    # OpenCV decodes the first page: let the header, in memory, point to this one.
    order, big = page.parent.byteorder, page.parent.is_bigtiff
    place = struct.pack(order + ("Q" if big else "I"), page.offset)
    data[8 if big else 4 :][: len(place)] = list(place)
    # Some versions of OpenCV rotate the picture, some fail to, and all multiply 8-bit colours by
    # alpha. Setting the tags, in memory, to upright and premultiplied prevents both.
    for tag in {ORIENTATION, _EXTRA_SAMPLES}.intersection(page.tags.keys()):
        start = page.tags[tag].valueoffset
        data[start : start + 2] = list(struct.pack(order + "H", 1))
    depth = page.dtype if page.bitspersample > 8 else np.dtype(np.uint8)
    garbled = depth != np.uint8 and (page.planarconfig == 2 or page.photometric == 0)
    image = None if garbled else cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    if image is None or image.dtype != depth:
        advice = "save it as gray or RGB without compression"
        raise BadInput(f"{path} is damaged or a TIFF of an unknown kind; {advice}.")
    return rgb(image, path)
