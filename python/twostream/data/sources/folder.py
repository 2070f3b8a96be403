"""Any folder of images, with or without a folder of masks.

What: any photographs that are sharp everywhere; the network would learn any blur in them as
sharp. The paper's second source, AVA, is read this way too; its photographs have no annotations.

Layout: ``images/<name>.jpg`` and, if masks are given, ``masks/<name>.png``: the same base
name, the same size, 8-bit gray, above 127 = object. Files with the suffixes png, jpg,
jpeg, tif, tiff and bmp, in upper or lower case, are used; subfolders and hidden files are not. An
image without a mask is kept, and its object is a random shape.

How to get it: your own photographs; for AVA, the list of image numbers in the archive AVA by
Murray, Marchesotti and Perronnin (CVPR 2012); the photographs are at dpchallenge.com.

Licence: that of the images; AVA's photographs belong to their photographers.
"""

from pathlib import Path

from ...errors import BadInput
from ..photograph import Photograph

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")


def photographs(images, masks=None):
    """List the photographs of a folder, sorted by name, with their masks if that folder is given.

    Raise BadInput if a folder is missing or holds no image, if two files in a folder have the same
    base name, or if no mask belongs to any image.
    """
    files = image_files(images)
    mask_files = {} if masks is None else image_files(masks)
    if mask_files and not mask_files.keys() & files.keys():
        raise BadInput(f"No mask in {masks} has the base name of an image in {images}.")
    return [
        Photograph(name, str(path), mask=str(mask_files[name]) if name in mask_files else None)
        for name, path in files.items()
    ]


def image_files(folder, deep=False):
    """Find the image files of a folder, and of its subfolders if `deep`: name -> path, sorted.

    The name is the path within the folder without suffix. Raise BadInput if the folder is missing,
    holds no image, or holds two images of the same name.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder}.")
    files = {}
    for path in sorted(folder.rglob("*") if deep else folder.iterdir()):
        if path.suffix.lower() not in SUFFIXES or path.name[0] == "." or not path.is_file():
            continue
        name = path.relative_to(folder).with_suffix("").as_posix()
        if name in files:
            raise BadInput(
                f"{files[name]} and {path.name} have the same base name. Rename one of them."
            )
        files[name] = path
    if not files:
        raise BadInput(f"{folder} holds no image ({' '.join(SUFFIXES)}).")
    return dict(sorted(files.items()))
