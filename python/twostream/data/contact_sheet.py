"""Pictures at a glance, side by side."""

import cv2
import numpy as np

MARGIN = 2


def contact_sheet(columns, side=160):
    """Lay out pictures in columns.

    Parameters
    ----------
    columns : list of list of numpy.ndarray
        Pictures H x W or H x W x 3, uint8; the middle square of each is shown.
    side : int
        Side of a square in pixels.

    Returns
    -------
    numpy.ndarray
        uint8, RGB, on white.
    """
    return np.hstack([np.vstack([_thumbnail(p, side) for p in column]) for column in columns])


def _thumbnail(picture, side):
    if picture.ndim == 2:
        picture = cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB)
    edge = min(picture.shape[:2])
    top, left = ((length - edge) // 2 for length in picture.shape[:2])
    square = np.ascontiguousarray(picture[top : top + edge, left : left + edge])
    small = cv2.resize(square, (side, side), interpolation=cv2.INTER_AREA)
    return cv2.copyMakeBorder(small, *[MARGIN] * 4, cv2.BORDER_CONSTANT, value=(255,) * 3)
