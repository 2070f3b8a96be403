"""Figures like 6-9 of the paper: sources and fused pictures, each with a magnified detail."""

import cv2
import numpy as np

from ..evaluation.scores import picture_path
from ..io import images
from ..io.pixels import eight_bit
from .detail import detail
from .lettering import lettering

WIDTH = 224
"""Width, in pixels, of a picture and of its magnified detail."""
COLUMNS = 6
LABEL, GAP, FRAME = 24, 6, 2
RED, WHITE = (230, 30, 30), (255, 255, 255)


def pair_montage(pair, methods, evaluation):
    """Draw a pair, the picture of each method, and the truth if it is known.

    The pictures are in the folder of an evaluation; BadInput is raised if one cannot be read.
    """
    shown = {f"Source {chr(65 + n)}": source for n, source in enumerate(pair.sources)}
    shown.update((method.label, picture_path(evaluation, method, pair)) for method in methods)
    if pair.truth:
        shown["Truth"] = pair.truth
    pictures = {label: eight_bit(images.read(file)) for label, file in shown.items()}
    pictures = {
        label: image if image.ndim == 3 else cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)
        for label, image in pictures.items()
    }
    fused = [pictures[method.label] for method in methods]
    return montage(pictures, detail(pair.scene, fused))


def montage(pictures, box, columns=COLUMNS):
    """Arrange pictures of one size in rows, each with its label above and its detail below.

    `pictures` maps labels to H x W x 3, uint8; `box` are the slices of rows and columns of the
    detail.
    """
    cells = [_cell(label, picture, box) for label, picture in pictures.items()]
    cells += [np.full_like(cells[0], 255)] * (-len(cells) % columns)
    rows = [np.hstack(cells[n : n + columns]) for n in range(0, len(cells), columns)]
    return np.vstack(rows)


def _cell(label, picture, box):
    strip = cv2.cvtColor(lettering(label, WIDTH, LABEL), cv2.COLOR_GRAY2RGB)
    gap = np.full((GAP, WIDTH, 3), 255, np.uint8)
    cell = np.vstack([strip, _overview(picture, box), gap, _magnified(picture[box])])
    return np.pad(cell, [(0, GAP), (GAP, GAP), (0, 0)], constant_values=255)


def _overview(picture, box):
    """Scale the picture to `WIDTH`, with a frame around the detail."""
    scale = WIDTH / picture.shape[1]
    size = WIDTH, round(picture.shape[0] * scale)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    small = cv2.resize(picture, size, interpolation=how)
    ends = [(round(side.start * scale), round(side.stop * scale)) for side in box]
    shown = small.copy()
    for reach, colour in ((FRAME + 1, WHITE), (FRAME, RED)):  # white shows on red objects
        shown[tuple(slice(max(start - reach, 0), stop + reach) for start, stop in ends)] = colour
    inside = tuple(slice(*end) for end in ends)
    shown[inside] = small[inside]
    return shown


def _magnified(piece):
    """Enlarge the detail to `WIDTH` with square pixels and a frame inside."""
    height = round(piece.shape[0] * WIDTH / piece.shape[1])
    framed = np.full((height, WIDTH, 3), RED, np.uint8)
    inside = slice(FRAME, -FRAME), slice(FRAME, -FRAME)
    large = cv2.resize(piece, (WIDTH, height), interpolation=cv2.INTER_NEAREST)
    framed[inside] = large[inside]
    return framed
