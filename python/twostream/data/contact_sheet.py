"""Examples of a dataset at a glance, laid out like the paper's Fig. 4."""

import cv2
import numpy as np

from ..files import written_beside
from .patches import example

SIDE = 160
COLUMNS = 8


def write(path, photographs, recipe):
    """Write a PNG of up to eight examples: the pair in the first two rows, clean below.

    Parameters
    ----------
    path : str or Path
    photographs : list of Photograph
    recipe : Recipe
    """
    step = max(1, len(photographs) // COLUMNS)
    columns = [_column(photograph, recipe) for photograph in photographs[::step][:COLUMNS]]
    sheet = np.rint(np.hstack(columns) * 255).astype(np.uint8)
    _, code = cv2.imencode(".png", cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR))
    with written_beside(path) as partial:
        partial.write_bytes(code.tobytes())


def _column(photograph, recipe):
    images = example(photograph, 0, recipe)[:3]
    return np.vstack([_thumbnail(image) for image in images])


def _thumbnail(image):
    """Cut out the middle square and give it a thin white margin."""
    side = min(image.shape[:2])
    top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
    small = cv2.resize(
        image[top : top + side, left : left + side], (SIDE, SIDE), interpolation=cv2.INTER_AREA
    )
    return cv2.copyMakeBorder(small, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=(1, 1, 1))
