"""Checks of the pictures that are to be fused."""

import numpy as np

from ..errors import BadInput


def checked(images):
    """Check that pictures can be fused, and convert them to the same number of channels.

    Parameters
    ----------
    images : sequence of numpy.ndarray
        H x W (gray) or H x W x 3 (RGB), unsigned integers or floats.

    Returns
    -------
    list of numpy.ndarray
        H x W x 1 if all are gray, else H x W x 3 with gray pictures as three equal channels.

    Raises
    ------
    BadInput
        If there are fewer than two pictures, they differ in size or type, or an array is no
        picture.
    """
    check_count(images)
    check_alike(images)
    images = [three_sided(image) for image in images]
    return [with_channels(image, max(i.shape[2] for i in images)) for image in images]


def check_count(images):
    """Raise BadInput if there are fewer than two pictures."""
    if len(images) < 2:
        raise BadInput("Fusion needs at least two pictures.")


def check_alike(images):
    """Raise BadInput if pictures differ in size or type."""
    if len({image.shape[:2] for image in images}) > 1:
        sizes = ", ".join(f"{image.shape[1]}x{image.shape[0]}" for image in images)
        raise BadInput(f"The pictures differ in size: {sizes}.")
    if len({image.dtype for image in images}) > 1:
        raise BadInput(f"The pictures differ in type: {', '.join(str(i.dtype) for i in images)}.")


def three_sided(image):
    """Return a picture as H x W x 1 or H x W x 3; raise BadInput if an array is none."""
    image = np.asarray(image)
    if image.dtype.kind not in "uf" or image.ndim not in (2, 3) or image.size == 0:
        raise BadInput(f"No picture: {image.dtype} of shape {image.shape}.")
    if image.ndim == 2:
        return image[..., None]
    if image.shape[2] != 3:
        raise BadInput(f"A picture has 1 or 3 channels, not {image.shape[2]}.")
    return image


def with_channels(image, count):
    """Give a picture, H x W x C, this number of channels: gray becomes three equal ones."""
    return image if image.shape[2] == count else np.repeat(image, count, axis=2)
