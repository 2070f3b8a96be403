"""Checks of a record that was read from a file, which may hold anything."""

import os
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import numpy as np

from ..alignment.uneven_exposure import frequencies
from .corrections import CORRECTIONS
from .own_files import expect
from .retouching import fault

MOST_FRAMES = 2**16
GAINS = 0.01, 100
"""Range of gains."""
AREAS, FARTHEST = (0.01, 100), 10
"""Range of a transform's change of area, and limit of its coordinates, in sides of the frame."""


def checked(record: Any) -> Any:
    """Return a `Record`; raise ValueError or TypeError if a field is not valid."""
    expect(record.decision is None and record.flows is None, "decision")
    for one in fields(record)[:-2]:
        kind = one.type if isinstance(one.type, type) else (str, type(None))
        expect(isinstance(getattr(record, one.name), kind), one.name)
    expect(
        all(isinstance(k, str) and isinstance(v, str) for k, v in record.weights.items()), "weights"
    )
    for name, one in record.corrections.items():
        expect(name in CORRECTIONS and sorted(one) == ["path", "sha256"], "corrections")
        expect(all(isinstance(text, str) for text in one.values()), "corrections")
    texts = [
        record.focus_map,
        record.flow,
        record.engine,
        *record.options.values(),
        *(s.path for s in record.sources),
        *(one["path"] for one in record.corrections.values()),
    ]
    expect(all(map(_can_be_path, texts)), "path")
    expect(2 <= len(record.sources) <= MOST_FRAMES, "sources")
    expect(len(record.size) == 2 and _are_counts(record.size), "size")
    expect(len(record.crop) == 4 and _are_counts(record.crop), "crop")
    for (start, length), whole in zip(zip(record.crop[:2], record.crop[2:]), record.size):
        expect(length > 0 and start + length <= whole, "crop")
    for source in record.sources:
        expect(isinstance(source.path, str) and isinstance(source.sha256, str), "sources")
        expect(source.page is None or _are_counts([source.page]), "page")
    expect(np.shape(record.transforms) == (len(record.sources), 3, 3), "transform")
    expect(record.gains.ndim == 2 and record.gains.shape[1] in (1, 3), "gains")
    for source, transform, gains in zip(record.sources, record.transforms, record.gains):
        expect(_is_plausible(transform, record.size), f"transform of {source.path}")
        expect(((gains > GAINS[0]) & (gains < GAINS[1])).all(), f"gains of {source.path}")
    if record.fields is not None:
        shape = (len(record.sources), len(frequencies()), record.gains.shape[1])
        expect(record.fields.shape == shape, "uneven")
        expect((np.abs(record.fields).sum(axis=1) < np.log(GAINS[1])).all(), "uneven")
    wrong = fault(record.strokes, len(record.sources), record.crop[2:])
    expect(not wrong, f"strokes: {wrong}")
    return record


def _is_plausible(transform: np.ndarray, size: list) -> bool:
    """Tell whether a transform maps a frame's corners near it, and neither folds nor flattens."""
    corners = np.array([[x, y, 1] for x in (0, size[1]) for y in (0, size[0])], float).T
    with np.errstate(all="ignore"):
        transform = transform / transform[2, 2]
        x, y, scale = transform @ corners
        far = np.abs([x / scale, y / scale]).max() / max(size)
        areas = np.linalg.det(transform) / scale**3
    near = (scale > 0).all() and far < FARTHEST
    return bool(near and (areas > AREAS[0]).all() and (areas < AREAS[1]).all())


def _can_be_path(text: Any) -> bool:
    return not isinstance(text, str) or ("\0" not in text and bool(os.fsencode(text) or True))


def _are_counts(numbers: Iterable[Any]) -> bool:
    return all(type(number) is int and 0 <= number < 2**31 for number in numbers)
