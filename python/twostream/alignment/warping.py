"""Warping of an image by a transform and a local flow, in one interpolation."""

import cv2
import numpy as np

STRIP = 128
"""Rows that are warped by a flow at once, to save memory."""


def warped(image, transform, crop, flow=None):
    """Warp an image with Lanczos interpolation; its outermost pixels extend beyond its edges.

    Parameters
    ----------
    image : numpy.ndarray
        H x W x C.
    transform : numpy.ndarray
        3x3: maps pixel coordinates of the result, before cropping, to those of the image.
    crop : tuple of int
        Top, left, height and width of the result.
    flow : numpy.ndarray, optional
        Grid that moves pixels of the result before the transform, see `local.LocalFlow.measure`.

    Returns
    -------
    numpy.ndarray
        Of the image's type. Overshoots of the interpolation are clipped: integers to the range of
        the type, floats to the range of the image.
    """
    as_read = image.dtype
    if as_read not in (np.uint8, np.uint16, np.float32):
        image = image.astype(np.float64)
    result = _warped(image, transform, crop, flow, cv2.INTER_LANCZOS4, cv2.BORDER_REPLICATE)
    if as_read.kind == "f":  # OpenCV clips integers itself
        result = np.clip(result, image.min(), image.max(), out=result)
    return result.reshape(*crop[2:], -1).astype(as_read, copy=False)


def warped_linearly(plane, transform, crop, flow=None):
    """Warp a plane, H x W, with linear interpolation, which does not overshoot; see `warped`."""
    linear = plane if plane.dtype in (np.uint8, np.uint16) else plane.astype(np.float32)
    result = _warped(linear, transform, crop, flow, cv2.INTER_LINEAR, cv2.BORDER_REPLICATE)
    return result.astype(plane.dtype, copy=False)


def covered(mask, transform, crop, flow=None):
    """Warp a mask, H x W, bool, like an image, to half a pixel; it is False beyond its edges."""
    mask, border = mask.astype(np.uint8), cv2.BORDER_CONSTANT
    return _warped(mask, transform, crop, flow, cv2.INTER_NEAREST, border) > 0


def on_pixels(grid, size, crop):
    """Interpolate a grid of a frame of size (height, width), at the pixels of the crop."""
    top, left, height, width = crop
    y, x = (max(n - 1, 1) / max(whole - 1, 1) for n, whole in zip(grid.shape, size))
    matrix = np.array([[x, 0, x * left], [0, y, y * top]])
    flags, border = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, cv2.BORDER_REPLICATE
    grid = grid.astype(np.float32)
    return cv2.warpAffine(grid, matrix, (width, height), flags=flags, borderMode=border)


def _warped(image, transform, crop, flow, interpolation, border):
    top, left, height, width = crop
    if flow is None:
        moved = transform @ np.array([[1, 0, left], [0, 1, top], [0, 0, 1.0]])
        flags = interpolation | cv2.WARP_INVERSE_MAP
        return cv2.warpPerspective(image, moved, (width, height), flags=flags, borderMode=border)
    strips = []
    for row in range(0, height, STRIP):
        strip = (top + row, left, min(STRIP, height - row), width)
        places = _places(transform, flow, image.shape[:2], strip)
        strips.append(cv2.remap(image, places, None, interpolation, borderMode=border))
    return np.concatenate(strips)


def _places(transform, flow, size, crop):
    """Compute the position in an image of each pixel of the crop, H x W x 2, float32."""
    top, left, height, width = crop
    y, x = np.mgrid[top : top + height, left : left + width]
    moved = np.stack([x, y], axis=2) + on_pixels(flow[..., :2], size, crop).astype(np.float64)
    return cv2.perspectiveTransform(moved, transform).astype(np.float32)
