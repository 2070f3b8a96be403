"""Removal of small regions from a decision map."""

import cv2
import numpy as np


def drop_small(mask, share, strength=None):
    """Invert small connected regions, of either value.

    Parameters
    ----------
    mask : numpy.ndarray
        H x W, bool.
    share : float
        Regions smaller than this share of the picture are inverted.
    strength : numpy.ndarray, optional
        H x W, float32: weight of each pixel in the size of its region, 1 by default.

    Returns
    -------
    numpy.ndarray
        H x W, bool.
    """
    if strength is None:
        strength = np.ones(mask.shape, np.float32)
    for value in (True, False):
        count, labels = cv2.connectedComponents((mask == value).astype(np.uint8))
        sizes = np.bincount(labels.ravel(), strength.ravel(), count)
        small = sizes < share * mask.size
        small[0] = False  # label 0 is everything of the other value
        mask = mask ^ small[labels]
    return mask
