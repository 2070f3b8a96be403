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
    # gray image file of the photograph's size; pixels above 127 are the object
    mask: Optional[str] = None
    # if given, `mask` is a label picture and the pixels with these labels are the object
    mask_labels: tuple = ()
    polygons: tuple = ()  # outlines (x0, y0, x1, y1, ...) in pixels, whose union is the object
    # of (float, float, float, float); boxes (left, top, right, bottom) in pixels; the ellipse in
    # one of them is the object
    boxes: tuple = ()
