"""Sets of known truth, made of photographs that are held out from training."""

import csv
import zlib
from pathlib import Path

import numpy as np

from twostream.io.atomic import atomic_write

from .borders import borders
from .degraded import FAULTS
from .depth import depth, stack
from .half import half
from .handheld import handheld, motion
from .raytraced import SCENES, SEEN_MOVING, raytraced, raytraced_handheld

RENDERED = {
    "borders": (borders, 20),
    "half": (half, 12),
    "depth": (depth, 10),
    "stacks": (stack, 4),
    "handheld": (handheld, 12),
    "motion": (motion, 8),
}
"""Name of a set -> function of (supply, number, rng) to an Example, and number of examples."""

RAYTRACED = {
    "raytraced": (raytraced, len(SCENES)),
    "raytraced-handheld": (raytraced_handheld, len(SEEN_MOVING)),
}
"""The same, rendered by Mitsuba."""

SETS = {**RENDERED, **FAULTS, **RAYTRACED}
"""All sets. Those of `FAULTS` are made of the stacks of ``stacks``."""


def write_truth(supply, out, count=None, seed=2018, names=(*RENDERED, *FAULTS)):
    """Write the sets, each a folder of `out` with a list ``truth.csv``.

    Parameters
    ----------
    supply : Supply
        See `material.validation_supply`.
    out : str or Path
        Folder, made if missing.
    count : int, optional
        Largest number of examples per set; a smaller number gives the first ones of a larger.
    seed : int
        Seed of all random choices.
    names : iterable of str
        Of the sets; by default all that need no Mitsuba.

    Yields
    ------
    name : str
        Of a set.
    example : Example
        Once it is written.
    """
    for name in names:
        folder, usual, rows = Path(out) / name, SETS[name][1], []
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(min(usual, count or usual)):
            example = _made(name, supply, number, seed)
            example.write(folder)
            rows.append((example.name, " ".join(example.photographs), example.how))
            yield name, example
        with atomic_write(folder / "truth.csv") as partial, partial.open("w", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerows([("name", "photographs", "how"), *rows])


def _made(name, supply, number, seed):
    key = (seed, zlib.crc32(name.encode()))
    rng = np.random.default_rng((*key, number))
    if name in FAULTS:
        return FAULTS[name][0](_made("stacks", supply, number, seed), number, supply, rng)
    return SETS[name][0](supply.shuffled(np.random.default_rng(key)), number, rng)
