"""Contact sheets: thumbnails of pictures side by side."""

import cv2
import numpy as np

MARGIN = 2


def contact_sheet(columns, side=160):
    """Arrange thumbnails of pictures, uint8, in columns on white; `side` is that of one in pixels.

    Of each picture the central square is shown.
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
