"""Conversion of pixels: luma, white level, unit range and size."""

import cv2
import numpy as np
from PIL import Image


def luma(image):
    """Luma (ITU-R BT.601), H x W, of a picture of H x W x 3 (RGB) or H x W x 1, float32."""
    if image.shape[2] == 1:
        return image[..., 0]
    return cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY)


def with_gray(image):
    """Append the luma to an RGB picture: H x W x 3, float32, becomes H x W x 4."""
    return np.dstack([image, luma(image)])


def white_level(images):
    """Value of white: the maximum of an integer type; for floats the larger of 1 and any pixel."""
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


def eight_bit(image, white=None):
    """Convert an image of any type to uint8 for display; `white` becomes 255."""
    if image.dtype == np.uint8:
        return image
    return from_unit(to_unit(image, white or white_level([image])), 255, np.uint8)


def squeezed(image):
    """Return an image of one channel as H x W, another as it is."""
    return image[..., 0] if image.ndim == 3 and image.shape[2] == 1 else image


def reduced(image, side=None):
    """Reduce a picture, H x W or H x W x C, to this largest side in pixels; keep smaller ones."""
    scale = side / max(image.shape[:2]) if side else 1
    if scale >= 1:
        return image
    size = tuple(max(1, round(length * scale)) for length in image.shape[1::-1])
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def enlarged(plane, shape):
    """Resize a plane, H x W, float32, to (height, width) by bicubic interpolation."""
    height, width = shape
    resized = Image.fromarray(plane).resize((width, height), Image.BICUBIC)
    return np.asarray(resized, np.float32)
