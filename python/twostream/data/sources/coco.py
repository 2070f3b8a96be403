"""Microsoft COCO: photographs of objects of 80 classes, nearly all outlined by polygons.

What: 2017's training part has 118,287 photographs of about 640 x 480 pixels, its validation
part 5,000.

Layout: a folder of images (``train2017``) and its ``annotations/instances_train2017.json``.
The object region is the union of the outlines of all objects; for images without polygons the
boxes are used. Crowds (iscrowd = 1, run-length masks) are ignored. Images without annotations are
kept. The folder may hold only part of the images.

How to get it: the archives train2017.zip (or val2017.zip) and annotations_trainval2017.zip
from cocodataset.org.

Licence: annotations CC BY 4.0; photographs from Flickr, under Flickr's terms of use and the
licence that the JSON file states for each.
"""

import json
import math
from collections import defaultdict
from pathlib import Path

from ...errors import BadInput
from ..photograph import Photograph
from .folder import image_files


def photographs(images, annotations_json):
    """List the photographs of a folder of COCO images, sorted by name, with outlines or boxes.

    Raise BadInput if a file or folder is missing, the JSON (``instances_*.json``) is corrupt or of
    another kind, or it lists none of the images.
    """
    files = image_files(images)
    annotations = _annotations_of_images(annotations_json)
    if not any(path.name in annotations for path in files.values()):
        raise BadInput(f"{annotations_json} lists none of the images in {images}.")
    return [
        Photograph(name, str(path), **annotations.get(path.name, {}))
        for name, path in files.items()
    ]


def _annotations_of_images(path):
    try:
        content = json.loads(Path(path).read_bytes())
        names = {image["id"]: Path(image["file_name"]).name for image in content["images"]}
        annotations = {name: {"polygons": (), "boxes": ()} for name in names.values()}
        objects = defaultdict(list)
        for annotation in content["annotations"]:
            if not annotation.get("iscrowd"):
                objects[annotation["image_id"]].append(annotation)
        for image, found in objects.items():
            annotations[names[image]] = _outlines(found)
    except KeyError as error:
        raise BadInput(f"{path} is not a COCO instances file: it lacks {error}.") from error
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BadInput(f"{path} is not a readable COCO instances file ({error}).") from error
    return annotations


def _outlines(objects):
    shapes = [one["segmentation"] for one in objects if isinstance(one.get("segmentation"), list)]
    polygons = tuple(_pixels(outline, 2) for shape in shapes for outline in shape if outline)
    sides = [] if polygons else [_pixels(one["bbox"], 4) for one in objects]
    boxes = tuple((left, top, left + width, top + height) for left, top, width, height in sides)
    return {"polygons": polygons, "boxes": boxes}


def _pixels(values, multiple):
    numbers = tuple(map(float, values))
    if len(numbers) % multiple or not all(map(math.isfinite, numbers)):
        raise ValueError(f"not a polygon or box: {values}")
    return numbers
