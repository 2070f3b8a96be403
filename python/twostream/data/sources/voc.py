"""PASCAL VOC 2007 and 2012: photographs of objects of 20 classes, some of them segmented.

What: photographs of about 500 x 375 pixels, all with boxes, some segmented by hand: 2,913 of
17,125 in VOC 2012's archive, 422 of 5,011 in VOC 2007's.

Layout: the folder ``VOC2012`` (or ``VOC2007``), with ``JPEGImages/<name>.jpg``,
``Annotations/<name>.xml`` (boxes), ``SegmentationClass/<name>.png`` (palette PNG; index 0 =
background, 1..20 = class, 255 = border) and ``ImageSets/Main/<split>.txt``.
The object region is the union of all classes; ``SegmentationObject`` would give the same region
and is not read. For images without segmentation the boxes are used.

How to get it: the archives VOCtrainval_11-May-2012.tar and VOCtrainval_06-Nov-2007.tar from
the PASCAL VOC site of the University of Oxford (host.robots.ox.ac.uk).

Licence: photographs from Flickr, under Flickr's terms of use; the set itself for research.
"""

import math
from pathlib import Path
from xml.etree import ElementTree

from ...errors import BadInput
from ..photograph import Photograph
from .folder import image_files

CLASS_LABELS = tuple(range(1, 21))


def photographs(root, split=None):
    """List the photographs of the folder that holds JPEGImages, sorted by name.

    They are those of ``ImageSets/Main/<split>.txt`` if a split is given, with `mask` and
    `mask_labels` if segmented, else with `boxes`. Raise BadInput if a folder, the split or one of
    its images is missing, or an annotation is corrupt.
    """
    root = Path(root)
    files = image_files(root / "JPEGImages")
    if not (root / "Annotations").is_dir():
        raise BadInput(f"{root} has no folder Annotations: it is not a PASCAL VOC data set.")
    names = files if split is None else _split_names(root, split, files)
    return [_photograph(root, name, files[name]) for name in names]


def object_boxes(path):
    """Read left, top, right and bottom, in pixels, of the boxes in an XML file of VOC or ImageNet.

    VOC counts pixels from 1 and ImageNet from 0. The difference is ignored, because one pixel does
    not matter for an ellipse. Raise BadInput if the file cannot be read, is not XML, or a side of a
    box is missing or not a number.
    """
    try:
        tree = ElementTree.parse(path)
        return tuple(map(_box_sides, tree.iterfind("object/bndbox")))
    except (OSError, ElementTree.ParseError, ValueError, TypeError) as error:
        raise BadInput(f"{path} is not a readable annotation of boxes ({error}).") from error


def _box_sides(box):
    sides = tuple(float(box.findtext(side)) for side in ("xmin", "ymin", "xmax", "ymax"))
    if not all(map(math.isfinite, sides)):
        raise ValueError(f"not a box: {sides}")
    return sides


def _photograph(root, name, path):
    mask = root / "SegmentationClass" / f"{name}.png"
    if mask.is_file():
        return Photograph(name, str(path), mask=str(mask), mask_labels=CLASS_LABELS)
    annotation = root / "Annotations" / f"{name}.xml"
    boxes = object_boxes(annotation) if annotation.is_file() else ()
    return Photograph(name, str(path), boxes=boxes)


def _split_names(root, split, files):
    listing = root / "ImageSets" / "Main" / f"{split}.txt"
    try:
        lines = listing.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"Cannot read the split {listing} ({error}).") from error
    names = sorted({line.split()[0] for line in lines if line.strip()})
    missing = [name for name in names if name not in files]
    if missing or not names:
        what = f"{missing[0]}, which is not in JPEGImages" if missing else "no photograph"
        raise BadInput(f"{listing} names {what}.")
    return names
