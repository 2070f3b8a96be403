"""ImageNet DET (ILSVRC detection): photographs of objects of 200 classes, with boxes.

What: the paper's first source (1000 photographs of the 2013 set). The training part has 456,567
photographs of all sizes, some of low quality; choose sharp ones.

Layout: two parallel trees, ``Data/DET/train/<...>/<name>.JPEG`` and
``Annotations/DET/train/<...>/<name>.xml``; corresponding subfolders may be given
instead. An image without an annotation is kept, and its object is a random shape.

How to get it: after registration at image-net.org, the archive ILSVRC2017_DET.tar.gz of the
challenge's download page (archives of earlier years have the same layout).

Licence: ImageNet's terms of access: non-commercial research and education only.
"""

from pathlib import Path

from ...errors import BadInput
from ..photograph import Photograph
from .folder import image_files
from .voc import object_boxes


def photographs(images, annotations):
    """List the photographs of a tree of images, sorted by name, with boxes of a tree of XML files.

    Raise BadInput if a folder is missing, no annotation belongs to any image, or one is corrupt.
    """
    files = image_files(images, deep=True)
    if not Path(annotations).is_dir():
        raise BadInput(f"There is no folder {annotations}.")
    found = {name: Path(annotations) / f"{name}.xml" for name in files}
    boxes = {name: object_boxes(path) for name, path in found.items() if path.is_file()}
    if not boxes:
        raise BadInput(f"No annotation in {annotations} belongs to an image in {images}.")
    return [Photograph(name, str(path), boxes=boxes.get(name, ())) for name, path in files.items()]
