"""Regions of a map that says where a source is the sharp one."""

import cv2
import numpy as np


def drop_small(mask, share, strength=None):
    """Give small regions, of either value, to what surrounds them.

    Parameters
    ----------
    mask : numpy.ndarray
        H x W, bool.
    share : float
        Of the picture; smaller regions are dropped.
    strength : numpy.ndarray, optional
        H x W, float32: what each pixel counts, 1 by default.

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
