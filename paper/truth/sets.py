"""Sets of known truth, made of photographs that training never sees."""

import csv
import zlib
from pathlib import Path

import numpy as np

from twostream.io.atomic import atomic_write

from .borders import borders
from .depth import depth, stack
from .half import half

SETS = {"borders": (borders, 20), "half": (half, 12), "depth": (depth, 10), "stacks": (stack, 4)}
"""Name of a set -> function of (supply, number, rng) to an Example, and how many there are."""


def write_truth(supply, out, count=None, seed=2018):
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

    Yields
    ------
    name : str
        Of a set.
    example : Example
        Once it is written.
    """
    for name, (make, usual) in SETS.items():
        folder = Path(out) / name
        folder.mkdir(parents=True, exist_ok=True)
        rows, key = [], (seed, zlib.crc32(name.encode()))
        order = supply.shuffled(np.random.default_rng(key))
        for number in range(min(usual, count or usual)):
            example = make(order, number, np.random.default_rng((*key, number)))
            example.write(folder)
            rows.append((example.name, " ".join(example.photographs), example.how))
            yield name, example
        with atomic_write(folder / "truth.csv") as partial, partial.open("w", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerows([("name", "photographs", "how"), *rows])
