"""Sources of training photographs: each module lists the photographs of one kind of data set.

The function ``photographs(...)`` of a source reads names and annotations only. It returns a list
of `Photograph` sorted by name, and raises `BadInput` if the data set does not have the expected
form. The pixels are read later, one photograph at a time, by `read_image`.
"""

from pathlib import Path

import cv2
import numpy as np

from ...errors import BadInput
from . import leaves
from .bundled import bundled_file


def read_image(photograph):
    """Read the pixels of a photograph, rotated as its EXIF orientation says: H x W x 3, uint8.

    Gray is repeated to three planes, alpha is dropped, 16 bits are scaled to 8. Raise BadInput if
    the file is missing, truncated, not an image, or neither 8 nor 16 bits deep.
    """
    scheme, _, name = photograph.path.partition(":")
    if scheme == "leaves":
        return leaves.draw(name)
    path = bundled_file(name) if scheme == "skimage" else Path(photograph.path)
    pixels = decoded(path, cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH)
    if pixels.dtype == np.uint16:
        pixels = cv2.convertScaleAbs(pixels, alpha=255 / 65535)
    if pixels.dtype != np.uint8:
        raise BadInput(
            f"{path} has pixels of {pixels.dtype}; training takes 8 or 16 bits. Convert or remove "
            "the file."
        )
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)


def decoded(path, flags):
    """Decode an image file with these ``IMREAD_`` flags of OpenCV; the channels are BGR.

    Raise BadInput if the file is missing, truncated or not an image.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise BadInput(f"Cannot read {path}: {error.strerror}.") from error
    # OpenCV silently fills the missing part of a JPEG with gray. The markers (start of image FFD8,
    # start of scan FFDA, end FFD9) never occur within the data of a scan.
    if content[:2] == b"\xff\xd8" and content.rfind(b"\xff\xd9") < content.rfind(b"\xff\xda"):
        raise BadInput(
            f"{path} is truncated: the end marker of JPEG is missing. Replace or remove the file."
        )
    try:
        pixels = cv2.imdecode(np.frombuffer(content, np.uint8), flags)
    except cv2.error:
        pixels = None
    if pixels is None:
        raise BadInput(f"{path} cannot be read as an image. Replace or remove the file.")
    return pixels
