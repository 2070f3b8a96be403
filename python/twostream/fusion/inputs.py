"""Checks of the images to fuse."""

import os

import numpy as np

from ..errors import BadInput
from ..io.pixels import with_axis, with_channels


def checked(images):
    """Check that images can be fused, and convert them to the same number of channels.

    Gray images, H x W, become H x W x 1, or three equal channels if another is H x W x 3 (RGB).
    Raise BadInput if there are fewer than two images, they differ in size or type, or an array is
    no picture.
    """
    images = [as_array(image) for image in images]
    check_count(images)
    check_alike(images)
    images = [with_axis(image) for image in images]
    return [with_channels(image, max(i.shape[2] for i in images)) for image in images]


def check_count(images):
    """Raise BadInput if there are fewer than two images."""
    if len(images) < 2:
        raise BadInput("Fusion needs at least two frames. Give further files.")


def check_alike(images):
    """Raise BadInput if images differ in size or type."""
    if len({image.shape[:2] for image in images}) > 1:
        sizes = ", ".join(f"{image.shape[1]}x{image.shape[0]}" for image in images)
        raise BadInput(
            f"The frames differ in size: {sizes}. Give frames of one camera and one resolution."
        )
    if len({image.dtype for image in images}) > 1:
        raise BadInput(f"The frames differ in type: {', '.join(str(i.dtype) for i in images)}.")


def as_array(image, alpha=False):
    """Convert an array, nested lists of numbers or a PIL image to an array of pixels.

    It is H x W, H x W x 1 or H x W x 3, or with a further channel of `alpha`: unsigned integers, or
    finite floats. Raise BadInput if it is something else; a path has to be read first.
    """
    if isinstance(image, (str, bytes, os.PathLike)):
        raise BadInput(f"fuse takes arrays, not paths. Use stack for files such as {image!r}.")
    if getattr(image, "mode", None) in ("1", "P"):  # of PIL: one bit, or a palette
        colour = "RGBA" if alpha and "transparency" in image.info else "RGB"
        image = image.convert("L" if image.mode == "1" else colour)
    try:
        pixels = np.asarray(image)
    except ValueError:  # lists of different lengths
        pixels = np.empty(0, object)
    channels = (1, 2, 3, 4) if alpha else (1, 3)
    fits = pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] in channels)
    if not fits or pixels.size == 0 or pixels.dtype.kind not in "uf":
        raise BadInput(
            f"A frame has H x W or H x W x 3 pixels of unsigned integers or floats, "
            f"{'or 2 or 4 channels with' if alpha else 'without'} alpha, "
            f"not {_described(image, pixels)}."
        )
    if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
        raise BadInput("A frame has pixels that are NaN or infinite. Replace them first.")
    return pixels


def _described(image, pixels):
    if pixels.ndim == 0 or pixels.dtype.kind == "O":
        return f"an object of type {type(image).__name__}"
    return f"{' x '.join(map(str, pixels.shape))} of type {pixels.dtype}"
