"""Channels and orientation of decoded pictures."""

import cv2
import numpy as np

from ..errors import BadInput

ORIENTATION = 274
"""Number of the orientation tag in TIFF and EXIF."""


def decoded(data, path, flags=cv2.IMREAD_ANYDEPTH | cv2.IMREAD_ANYCOLOR):
    """Decode the bytes of the file `path` with OpenCV; return gray, RGB or RGBA.

    OpenCV gets bytes rather than a name: names that are not UTF-8 crash it.
    """
    return rgb(cv2.imdecode(np.frombuffer(data, np.uint8), flags), path)


def rgb(image, path):
    """Convert OpenCV's order of channels to gray, RGB or RGBA; `BadInput` if there is no image."""
    if image is None:
        raise BadInput(f"{path} is damaged and cannot be decoded. Copy the file again.")
    if image.ndim == 2:
        return image
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB if image.shape[2] == 3 else cv2.COLOR_BGRA2RGBA)


def full_range(image, bits):
    """Scale pixels of more than 8 bits so that white is that of 16 bits."""
    if bits in (8, 16):
        return image
    white = 2**bits - 1
    scaled = image.astype(np.uint32) * 65535 + white // 2
    return (scaled // white).astype(np.uint16)


def turned(image, orientation):
    """Rotate and mirror an image by an orientation of TIFF and EXIF, 1 to 8."""
    if orientation in (5, 6, 7, 8):
        image = image.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        image = image[:, ::-1]
    if orientation in (3, 4, 7, 8):
        image = image[::-1]
    return np.ascontiguousarray(image)
