"""Multi-focus pairs of whole pictures with known truth, for evaluation."""

import csv
import zlib
from dataclasses import asdict
from pathlib import Path

import numpy as np

from ..io import images
from ..io.atomic import atomic_write
from ..io.pixels import from_unit, to_unit
from .defocus import focus_split
from .object_regions import object_region
from .sources import read_image


def make_pair(clean, region, blurs, softness=1.0):
    """Make a pair from one sharp picture, uint8 or uint16, as `defocus.focus_split` does."""
    white = float(np.iinfo(clean.dtype).max)
    unit = to_unit(clean, white).reshape(*clean.shape[:2], -1)
    pair = focus_split(unit, region, blurs, softness)
    return [from_unit(image, white, clean.dtype).reshape(clean.shape) for image in pair]


def write_pairs(photographs, out, settings, seed=2018):
    """Write a pair set with known truth: ``<name>_A.png``, ``<name>_B.png``, ``<name>_clean.png``.

    Parameters
    ----------
    photographs : list of Photograph
    out : str or Path
        Folder, created if missing.
    settings : list of (Blur, float)
        Blur of both pictures and softness of the region's edge; used in turn.

    Yields
    ------
    dict
        name, kernel, sigma and softness of each pair, after it is written. At the end they are
        all listed in ``pairs.csv``.
    """
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, photograph in enumerate(photographs):
        blur, softness = settings[number % len(settings)]
        rng = np.random.default_rng([seed, zlib.crc32(photograph.name.encode())])
        clean = read_image(photograph)
        region = object_region(photograph, clean.shape[:2], rng)
        pair = make_pair(clean, region, (blur, blur), softness)
        for part, image in zip(("A", "B", "clean"), (*pair, clean)):
            images.write(out / f"{photograph.name}_{part}.png", image)
        rows.append({"name": photograph.name, **asdict(blur), "softness": softness})
        yield rows[-1]
    with atomic_write(out / "pairs.csv") as partial, partial.open("w", newline="") as file:
        table = csv.DictWriter(file, ["name", "kernel", "sigma", "softness"], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
