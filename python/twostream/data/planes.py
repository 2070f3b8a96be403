"""The planes of a training picture: red, green, blue, and the gray of all three."""

import cv2
import numpy as np

PLANES = {
    "rgb+gray": (0, 1, 2, 3),
    "gray": (3,),
}
"""Planes that one-channel patches are taken from."""


def with_gray(image):
    """Append the gray plane (ITU-R BT.601 luma) to an RGB picture.

    Parameters
    ----------
    image : numpy.ndarray
        H x W x 3, float32 in [0, 1].

    Returns
    -------
    numpy.ndarray
        H x W x 4.
    """
    return np.dstack([image, cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)])
