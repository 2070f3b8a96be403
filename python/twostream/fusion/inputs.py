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
    if len(images) < 2:
        raise BadInput("Fusion needs at least two pictures.")
    if len({image.shape[:2] for image in images}) > 1:
        sizes = ", ".join(f"{image.shape[1]}x{image.shape[0]}" for image in images)
        raise BadInput(f"The pictures differ in size: {sizes}.")
    if len({image.dtype for image in images}) > 1:
        raise BadInput(f"The pictures differ in type: {', '.join(str(i.dtype) for i in images)}.")
    return [_three_sided(image, max(i.ndim for i in images)) for image in images]


def _three_sided(image, ndim):
    image = np.asarray(image)
    if image.dtype.kind not in "uf" or image.ndim not in (2, 3) or image.size == 0:
        raise BadInput(f"No picture: {image.dtype} of shape {image.shape}.")
    if image.ndim == 2:
        image = image[..., None]
        return image if ndim == 2 else np.repeat(image, 3, axis=2)
    if image.shape[2] != 3:
        raise BadInput(f"A picture has 1 or 3 channels, not {image.shape[2]}.")
    return image
