"""Test images for the comparison of programs, and scores of the results."""

from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase

import cv2
import numpy as np

from twostream.errors import BadInput
from twostream.evaluation.demo import SCENES, scene_pair
from twostream.io import images
from twostream.io.pixels import from_unit, to_unit, white_level
from twostream.metrics import psnr_rgb, ssim_rgb

from . import stacks

MARGIN = 24
"""Width in pixels of the margin that is not compared."""


@dataclass(frozen=True)
class Scene:
    """Files of one scene's pictures, and its truth for each possible registration of a result."""

    sources: tuple
    truths: tuple


@dataclass(frozen=True)
class Case:
    """Scenes of one kind: a name, a description of the pictures, and a tuple of Scene."""

    name: str
    title: str
    scenes: tuple


def cases(folder):
    """Make the pictures and write them into a folder; list the cases.

    The gray pairs of the demo are left out, because not every program reads gray pictures.
    """
    found = stacks.registered()
    demo = []
    for scene in SCENES:
        if not scene.gray:
            a, b, clean = scene_pair(scene)
            demo.append(_scene(folder, scene.name, (a, b), (clean,)))
    still = _scene(folder, "still", found.sources, found.truths)
    unsteady = stacks.moved(found)
    moved = _scene(folder, "moved", unsteady.sources, unsteady.truths)
    return [
        Case("demo", f"The {len(demo)} colour pairs of make demo", tuple(demo)),
        Case("stack", f"A made stack of {len(found.sources)} registered frames", (still,)),
        Case("moved", "The same stack, each frame shifted, scaled and turned", (moved,)),
    ]


def _scene(folder, name, sources, truths):
    paths = tuple(
        Path(folder, f"{name}_{letter}.png") for letter, _ in zip(ascii_uppercase, sources)
    )
    for path, source in zip(paths, sources):
        images.write(path, source)
    return Scene(paths, tuple(truths))


def scores(fused, scene):
    """Compare a fused picture with the truth, without a frame of `MARGIN` pixels.

    Programs may register the pictures to any of them, and may crop the result. So the result is
    compared with the truth, and at the position in it, that fits best.

    Parameters
    ----------
    fused : numpy.ndarray
        H x W or H x W x 3.
    scene : Scene

    Returns
    -------
    dict
        ``psnr_rgb`` (dB) and ``ssim_rgb``.

    Raises
    ------
    BadInput
        If the picture is larger than the truth, or little more than the frame.
    """
    size, largest = fused.shape[:2], scene.truths[0].shape[:2]
    if min(size) <= 4 * MARGIN or size[0] > largest[0] or size[1] > largest[1]:
        sizes = ["{1}x{0}".format(*sides) for sides in (size, largest)]
        raise BadInput(f"The picture has the size {sizes[0]}, the truth {sizes[1]}.")
    inner = from_unit(to_unit(fused, white_level([fused])), 255, np.uint8)
    inner = inner[MARGIN:-MARGIN, MARGIN:-MARGIN]
    truth = _best_place(inner, scene.truths)
    return {"psnr_rgb": psnr_rgb(truth, inner), "ssim_rgb": ssim_rgb(truth, inner)}


def _best_place(image, truths):
    """Cut the part that is nearest to a picture, by the mean squared error, out of one truth."""
    found = []
    for truth in truths:
        least, _, (x, y), _ = cv2.minMaxLoc(cv2.matchTemplate(truth, image, cv2.TM_SQDIFF))
        found.append((least, truth[y : y + image.shape[0], x : x + image.shape[1]]))
    return min(found, key=lambda pair: pair[0])[1]
