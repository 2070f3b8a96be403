"""Removal of small regions from a decision map."""

import cv2
import numpy as np


def drop_small(mask, share):
    """Invert connected regions of a bool mask that are smaller than a share of the picture."""
    for value in (True, False):
        count, labels = cv2.connectedComponents((mask == value).astype(np.uint8))
        sizes = np.bincount(labels.ravel(), minlength=count)
        small = sizes < share * mask.size
        small[0] = False  # label 0 is everything of the other value
        mask = mask ^ small[labels]
    return mask
