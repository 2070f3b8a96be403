"""Conversion of pixels: luma, white level, unit range and size."""

from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image

ROBUST = (0.01, 0.99)
"""Quantiles of the pixels at the ends of a robust range."""
UNIT = (0.02, 0.95)
"""Values of the ends of a stack's robust range for networks, typical of photographs."""


def luma(image):
    """Return the luma (ITU-R BT.601), H x W, of an image of H x W x 3 or H x W x 1, float32."""
    if image.shape[2] == 1:
        return image[..., 0]
    return cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY)


def with_gray(image):
    """Append the luma to an RGB picture: H x W x 3, float32, becomes H x W x 4."""
    return np.dstack([image, luma(image)])


def with_channels(image, count):
    """Convert an image, H x W x C, to this number of channels; gray is repeated in R, G and B."""
    return image if image.shape[2] == count else np.repeat(image, count, axis=2)


def without_alpha(image):
    """Return an image without its alpha channel: H x W (gray) or H x W x C."""
    return image if alpha_of(image) is None else squeezed(np.ascontiguousarray(image[..., :-1]))


def alpha_of(image):
    """Return the last of two or four channels of an image, H x W; None if it has no alpha."""
    return image[..., -1] if image.ndim == 3 and image.shape[2] in (2, 4) else None


def white_level(images):
    """Return the value of white: an integer type's maximum, or 1 or the largest pixel of floats."""
    dtype = images[0].dtype
    if dtype.kind == "f":
        return max(1.0, *(float(image.max()) for image in images))
    return float(np.iinfo(dtype).max)


def to_unit(image, white):
    """Scale pixels to [0, 1] as float32."""
    return np.multiply(image, np.float32(1 / white), dtype=np.float32)


def from_unit(image, white, dtype):
    """Scale pixels from [0, 1] back to `dtype`; integers are rounded and clipped."""
    image = image * np.float32(white)
    if np.dtype(dtype).kind == "f":
        return image.astype(dtype)
    return np.clip(np.rint(image), 0, white).astype(dtype)


WIDE = 257
"""White of 16 bits, as a multiple of that of 8."""


class Scale(NamedTuple):
    """Affine map of pixel values to the range of about [0, 1] that networks see.

    The scale adapts to images that are multiplied by k or shifted by c, so that a network sees the
    same values. Pixels of 8 bits count as 16-bit pixels that are 257 times larger: both give the
    same numbers.
    """

    black: float  # pixel value that becomes 0
    span: float  # difference of the pixel values that become 1 and 0

    @classmethod
    def of(cls, ranges):
        """Make the scale of frames of these robust ranges, see `robust_range`."""
        low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
        span = (high - low) / (UNIT[1] - UNIT[0]) or max(abs(high), 1.0)
        return cls(low - UNIT[0] * span, span)

    def to_unit(self, image):
        """Scale pixels, as float32; a few may be below 0 or above 1."""
        eight = image.dtype == np.uint8
        wide = np.multiply(image, np.float32(WIDE), dtype=np.float32) if eight else image
        unit = np.subtract(wide, np.float32(self.black), dtype=np.float32)
        unit *= np.float32(1 / self.span)
        return unit

    def from_unit(self, unit, dtype):
        """Scale pixels back to `dtype`; integers are rounded and clipped to its range."""
        image = unit * np.float32(self.span)
        image += np.float32(self.black)
        if dtype == np.uint8:
            image /= np.float32(WIDE)
        if np.dtype(dtype).kind == "f":
            return image.astype(dtype)
        return np.clip(np.rint(image), 0, np.iinfo(dtype).max).astype(dtype)


def robust_range(image):
    """Return the percentiles 1 and 99 of an image, of about 200,000 of its pixels."""
    step = max(1, round(np.sqrt(image.shape[0] * image.shape[1] / 2e5)))
    values = image[::step, ::step].ravel()
    places = [int(share * len(values)) for share in ROBUST]
    found = np.partition(values, places)[places]
    return float(found[0]), float(found[1])


def eight_bit(image, white=None):
    """Convert an image of any type to uint8 for display; `white` becomes 255."""
    if image.dtype == np.uint8:
        return image
    return from_unit(to_unit(image, white or white_level([image])), 255, np.uint8)


def with_axis(image):
    """Return an image as H x W x C."""
    return image[..., None] if image.ndim == 2 else image


def squeezed(image):
    """Return an image of one channel as H x W, others unchanged."""
    return image[..., 0] if image.ndim == 3 and image.shape[2] == 1 else image


def reduced(image, side=None):
    """Reduce a picture, H x W or H x W x C, to this largest side in pixels; keep smaller ones."""
    scale = side / max(image.shape[:2]) if side else 1
    if scale >= 1:
        return image
    size = tuple(max(1, round(length * scale)) for length in image.shape[1::-1])
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def reduced_to(image, pixels):
    """Reduce an image, H x W x C, to at most this number of pixels; return smaller ones as is."""
    height, width = image.shape[:2]
    factor = np.sqrt(pixels / (height * width))
    if factor >= 1:
        return image
    if image.dtype not in (np.uint8, np.uint16, np.float32):
        image = image.astype(np.float32)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).reshape(*size[::-1], -1)


def enlarged(plane, shape):
    """Resize a plane, H x W, float32, to (height, width) by bicubic interpolation."""
    height, width = shape
    resized = Image.fromarray(plane).resize((width, height), Image.BICUBIC)
    return np.asarray(resized, np.float32)
