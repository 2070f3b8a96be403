"""Pictures from TIFF files."""

import struct

import cv2
import numpy as np
import tifffile

from ..errors import BadInput
from .layout import ORIENTATION, rgb, upright

# Sample types of TIFF that can be read.
_TIFF_NUMBERS = ("uint1", "uint2", "uint4", "uint8", "uint16", "float16", "float32", "float64")

_EXTRA_SAMPLES = 338  # number of a tag


def decode_tiff(path):
    """Decode the one picture of a TIFF file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    numpy.ndarray
        As of `images.read`, which checks that floats are finite.

    Raises
    ------
    BadInput
        If the file is truncated, or is no single picture in gray or RGB.
    """
    with tifffile.TiffFile(path) as tiff:
        page = _only_page(tiff, path)
        _check_samples(page, path)
        simple = page.photometric in (1, 2) and page.bitspersample % 8 == 0
        if simple and page.compression in (1, 8, 32946) and page.predictor in (1, 2):
            image = _tiff_by_tifffile(page)
        else:
            image = _tiff_by_opencv(page, path)
        if image.dtype.kind == "f":
            with np.errstate(over="ignore"):  # overflow gives infinity, which is refused later
                image = image.astype(np.float32, copy=False)
        return upright(image, page)


def _only_page(tiff, path):
    pages = [page for page in tiff.pages if not page.is_reduced]
    if len(tiff.pages) and len(pages) != 1:
        advice = "save the page to be fused as a separate file"
        raise BadInput(f"{path} holds {len(pages)} pages, not one picture; {advice}.")
    if pages and 0 in (pages[0].imagewidth, pages[0].imagelength):
        raise BadInput(f"{path} has no pixels.")
    strips = list(zip(pages[0].dataoffsets, pages[0].databytecounts)) if pages else []
    if not strips or max(map(sum, strips)) > path.stat().st_size:
        raise BadInput(f"{path} is truncated: pixels of the TIFF are missing.")
    return pages[0]


def _check_samples(page, path):
    """Refuse sample types, colours and channels that are not supported."""
    kind = {1: "uint", 2: "int", 3: "float"}.get(page.sampleformat, "complex")
    depth = f"{kind}{page.bitspersample}"
    if depth not in _TIFF_NUMBERS:
        raise BadInput(f"{path} holds {depth} numbers; only uint8, uint16 and floats can be read.")
    channels = {0: 1, 1: 1, 2: 3, 3: 1, 6: 3}.get(page.photometric)
    if channels is None:
        colours = getattr(page.photometric, "name", page.photometric)
        raise BadInput(f"{path} holds {colours} colours; only gray and RGB can be read.")
    if page.samplesperpixel not in (channels, channels + 1) or page.imagedepth != 1:
        count = page.samplesperpixel * page.imagedepth
        raise BadInput(f"{path} has {count} channels; only gray and RGB, with alpha, can be read.")


def _tiff_by_tifffile(page):
    """Decode uncompressed and deflated samples in any layout, which OpenCV does not do reliably."""
    image = page.asarray()
    if page.axes == "SYX":
        image = np.moveaxis(image, 0, -1)
    if image.ndim == 3:
        image = image[..., :3] if page.photometric == 2 else image[..., 0]
    return image


def _tiff_by_opencv(page, path):
    """Decode other compressions and palettes, for which tifffile needs a further package."""
    data = np.memmap(path, np.uint8, mode="c")
    # Some versions of OpenCV rotate the picture, some fail to, and all multiply 8-bit colours by
    # alpha. Both are prevented by setting the tags, in memory, to upright and premultiplied.
    for tag in {ORIENTATION, _EXTRA_SAMPLES}.intersection(page.tags.keys()):
        start = page.tags[tag].valueoffset
        data[start : start + 2] = list(struct.pack(page.parent.byteorder + "H", 1))
    depth = page.dtype if page.bitspersample > 8 else np.dtype(np.uint8)
    garbled = depth != np.uint8 and (page.planarconfig == 2 or page.photometric == 0)
    image = None if garbled else cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    if image is None or image.dtype != depth:
        advice = "save it as gray or RGB without compression"
        raise BadInput(f"{path} is damaged or a TIFF of an unknown kind; {advice}.")
    return rgb(image, path)
