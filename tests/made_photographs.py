"""Synthetic photographs for tests: noise of several scales, with an ellipse as object."""

import cv2
import numpy as np

from paper.truth.material import Material, Supply
from twostream.io import images


def made_material(number, shape=(96, 112)):
    """Make a textured picture and its object."""
    rng = np.random.default_rng(number)
    noise = [cv2.GaussianBlur(rng.uniform(0, 1, (*shape, 3)), (0, 0), s) for s in (1, 4)]
    image = sum((n - n.min()) / np.ptp(n) for n in noise) / 2
    y, x = np.mgrid[: shape[0], : shape[1]]
    across, down = x / shape[1] - 0.5, y / shape[0] - 0.5 + 0.02 * (number % 3)
    region = across**2 / 0.06 + down**2 / 0.09 <= 1
    return Material(f"made{number:02d}", np.rint(image * 255).astype(np.uint8), region)


def made_supply(count=8):
    """Supply of small pictures, every one of them with an object."""
    materials = [made_material(number) for number in range(count)]
    return Supply(materials, materials, materials[: count // 2])


def write_photographs(folder, count, shape=(240, 248)):
    """Write ``images/<name>.png`` and ``masks/<name>.png``; return both folders."""
    folders = folder / "images", folder / "masks"
    for made in folders:
        made.mkdir()
    for number in range(count):
        material = made_material(number, shape)
        for where, pixels in zip(folders, (material.image, material.region * np.uint8(255))):
            images.write(where / f"{material.name}.png", pixels)
    return folders
