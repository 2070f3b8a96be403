"""A made stack of known truth, registered and with every frame moved."""

from dataclasses import dataclass

import cv2
import numpy as np

from paper.truth.depth import stack
from paper.truth.material import Material, Supply
from twostream.data.object_regions import object_region
from twostream.data.photograph import Photograph
from twostream.data.sources import read_image
from twostream.evaluation.demo import SCENES

FLOOR = "motorcycle_left"
THINGS = ("astronaut", "chelsea", "coffee")
"""Bundled photographs: the scene, and the objects in it, cut out of the demo's photographs."""

SHIFT = 5
"""Largest shift of a frame in pixels, along either side."""
BREATHING = 0.002
"""Growth of a frame against the one before."""
TURN = 0.05
"""Rotation in degrees of a frame against the one before."""


@dataclass(frozen=True)
class Stack:
    """Frames of one scene, H x W x 3, uint8, far to near, and the truth for each frame's place."""

    sources: tuple
    truths: tuple


def registered():
    """Make a stack of eight frames like the truth set ``stacks``; all have one truth."""
    things = [_material(name) for name in THINGS]
    supply = Supply(things, things, [_material(FLOOR)])
    example = stack(supply, 0, np.random.default_rng(2018))
    return Stack(example.sources, (example.clean,))


def moved(found):
    """Move each frame of a registered stack: shift, focus breathing and rotation.

    A program may register the others to any of the frames, so there is a truth for each frame.

    Parameters
    ----------
    found : Stack

    Returns
    -------
    Stack
    """
    moves = [_move(number, found.sources) for number in range(len(found.sources))]
    sources = tuple(_warped(frame, move) for frame, move in zip(found.sources, moves))
    return Stack(sources, tuple(_warped(found.truths[0], move) for move in moves))


def _move(number, frames):
    """Transform of a frame, 2 x 3: about the middle of the picture, none for the first."""
    height, width = frames[0].shape[:2]
    centre = (width / 2, height / 2)
    move = cv2.getRotationMatrix2D(centre, TURN * number, 1 + BREATHING * number)
    angle = 2 * np.pi * number / len(frames)
    move[:, 2] += SHIFT * np.sin(angle), SHIFT / 2 * (1 - np.cos(angle))
    return move


def _warped(image, move):
    size = image.shape[1::-1]
    return cv2.warpAffine(
        image, move, size, flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT_101
    )


def _material(name):
    outlines = tuple(scene.outline for scene in SCENES if scene.name == name)
    photograph = Photograph(name, f"skimage:{name}", polygons=outlines)
    image = read_image(photograph)
    region = object_region(photograph, image.shape[:2], np.random.default_rng(0))
    return Material(name, image, region)
