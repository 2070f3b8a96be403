"""The demonstration: pairs made of scikit-image's photographs, fused and measured."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ..data.contact_sheet import contact_sheet
from ..data.defocus import Blur
from ..data.object_regions import object_region
from ..data.pairs import make_pair
from ..data.photograph import Photograph
from ..data.sources import read_image
from ..io import images
from ..methods import METHODS
from ..metrics import psnr_rgb


@dataclass(frozen=True)
class DemoScene:
    """A bundled photograph, the outline of its foreground, and the blur of both layers."""

    name: str
    outline: tuple
    blurs: tuple
    gray: bool = False


SCENES = (
    DemoScene(
        "astronaut",
        (0, 512, 20, 330, 150, 250, 150, 60, 220, 0, 300, 20, 310, 200, 420, 300, 450, 512),
        (Blur(3), Blur(4, "disc")),
    ),
    DemoScene(
        "chelsea", (90, 300, 60, 60, 160, 10, 330, 60, 350, 180, 290, 300), (Blur(2), Blur(3))
    ),
    DemoScene(
        "coffee",
        (110, 210, 180, 70, 380, 70, 440, 150, 430, 280, 300, 360, 150, 320),
        (Blur(4, "disc"), Blur(2.5)),
    ),
    DemoScene(
        "camera",
        (90, 512, 110, 250, 170, 80, 240, 60, 290, 130, 350, 180, 330, 512),
        (Blur(3, "disc"), Blur(3)),
        gray=True,
    ),
    DemoScene("coins", (0, 0, 384, 0, 384, 130, 0, 170), (Blur(1.5), Blur(2)), gray=True),
)


def scene_pair(scene):
    """Make the pair of a scene: a, b and clean, uint8, H x W x 3, or H x W for a gray scene."""
    photograph = Photograph(scene.name, f"skimage:{scene.name}", polygons=(scene.outline,))
    clean = read_image(photograph)
    if scene.gray:
        clean = clean[..., 0]
    region = object_region(photograph, clean.shape[:2], np.random.default_rng(0))
    return (*make_pair(clean, region, scene.blurs), clean)


def fuse_scenes(out, engine="auto"):
    """Fuse all scenes; write the pictures and ``demo.jpg``, which shows all of them, into a folder.

    Yield the name of each and its PSNR of all channels against the truth, by method: the plain
    average, the network (``two_stream``) and ``select``.
    """
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    columns = []
    for scene in SCENES:
        a, b, clean = scene_pair(scene)
        fused = {"average": average(a, b)}
        for method in ("two_stream", "select"):
            fused[method] = METHODS[method].fuse([a, b], engine=engine)
        for name, image in {"A": a, "B": b, "clean": clean, "fused": fused["select"]}.items():
            images.write(out / f"{scene.name}_{name}.png", image)
        columns.append((a, b, fused["select"]))
        yield scene.name, {name: psnr_rgb(clean, image) for name, image in fused.items()}
    images.write(out / "demo.jpg", contact_sheet(columns, side=200), quality=90)


def average(a, b):
    """Return the mean of two uint8 pictures, rounded."""
    return cv2.addWeighted(a, 0.5, b, 0.5, 0)
