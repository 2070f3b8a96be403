"""Pictures that programs are compared on, and the scores of what they make of them."""

from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase

import cv2
import numpy as np

from ..errors import BadInput
from ..evaluation.demo import SCENES, scene_pair
from ..io import images
from ..io.pixels import from_unit, to_unit, white_level
from ..metrics import psnr_rgb, ssim_rgb
from . import stacks

MARGIN = 24
"""Width in pixels of the frame of a picture that is not compared."""


@dataclass(frozen=True)
class Scene:
    """Files of one scene's pictures, and its truth, for each place that a result may have."""

    sources: tuple
    truths: tuple


@dataclass(frozen=True)
class Case:
    """Scenes of one kind.

    Attributes
    ----------
    name : str
    title : str
        What the pictures are.
    scenes : tuple of Scene
    moved : bool
        Whether the pictures of a scene do not lie on each other. Then a result may lie on any of
        them, and be cropped.
    """

    name: str
    title: str
    scenes: tuple
    moved: bool = False


def cases(folder):
    """Make the pictures and write them into a folder; list the cases."""
    found = stacks.registered()
    pairs = [scene_pair(scene) for scene in SCENES]
    demo = [_scene(folder, s.name, pair[:2], pair[2:]) for s, pair in zip(SCENES, pairs)]
    still = _scene(folder, "still", found.sources, found.truths)
    unsteady = stacks.moved(found)
    moved = _scene(folder, "moved", unsteady.sources, unsteady.truths)
    return [
        Case("demo", f"The {len(demo)} pairs of make demo", tuple(demo)),
        Case("stack", f"A made stack of {len(found.sources)} registered frames", (still,)),
        Case("moved", "The same stack, each frame shifted, scaled and turned", (moved,), True),
    ]


def _scene(folder, name, sources, truths):
    paths = tuple(
        Path(folder, f"{name}_{letter}.png") for letter, _ in zip(ascii_uppercase, sources)
    )
    for path, source in zip(paths, sources):
        images.write(path, source)
    return Scene(paths, tuple(truths))


def scores(fused, scene, moved):
    """Compare a fused picture with the truth, without a frame of `MARGIN` pixels.

    Parameters
    ----------
    fused : numpy.ndarray
        H x W or H x W x 3.
    scene : Scene
    moved : bool
        Whether to look for the place where it fits best, on any of the truths; else it is as
        large as the one truth and lies on it.

    Returns
    -------
    dict
        ``psnr_rgb`` (dB) and ``ssim_rgb``.

    Raises
    ------
    BadInput
        If the picture's size does not fit.
    """
    height, width = scene.truths[0].shape[:2]
    fits = fused.shape[0] <= height and fused.shape[1] <= width
    if (
        not fits
        or min(fused.shape[:2]) <= 2 * MARGIN
        or (not moved and fused.shape[:2] != (height, width))
    ):
        size = "{1}x{0}".format(*fused.shape)
        raise BadInput(f"The picture has the size {size}, the truth {width}x{height}.")
    inner = _inner(from_unit(to_unit(fused, white_level([fused])), 255, np.uint8))
    truth = _best_place(inner, scene.truths) if moved else _inner(scene.truths[0])
    return {"psnr_rgb": psnr_rgb(truth, inner), "ssim_rgb": ssim_rgb(truth, inner)}


def _inner(image):
    return image[MARGIN:-MARGIN, MARGIN:-MARGIN]


def _best_place(image, truths):
    """Cut the part that is nearest to a picture, by the mean squared error, out of one truth."""
    found = []
    for truth in truths:
        least, _, (x, y), _ = cv2.minMaxLoc(cv2.matchTemplate(truth, image, cv2.TM_SQDIFF))
        found.append((least, truth[y : y + image.shape[0], x : x + image.shape[1]]))
    return min(found, key=lambda pair: pair[0])[1]
