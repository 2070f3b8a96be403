"""A training photograph: its file and the annotation of its object."""

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Photograph:
    """A photograph and the annotation of its object; can be pickled.

    The first of `mask`, `polygons` and `boxes` that is given defines the object region; without
    any of them the region is a random smooth shape.
    """

    name: str  # unique within its source; used in the manifest and for the split
    path: str  # image file, or ``skimage:<name>`` for a photograph bundled with scikit-image
    mask: Optional[str] = None  # gray image file of the same size; the object is above 127
    mask_labels: tuple = ()  # if given, `mask` is a label picture and the object has these labels
    polygons: tuple = ()  # outlines (x0, y0, x1, y1, ...) in pixels, whose union is the object
    boxes: tuple = ()  # (left, top, right, bottom) in pixels; the object is an ellipse in one
