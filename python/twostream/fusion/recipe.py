"""How a picture was fused, in a file, so that it can be done again to other pictures."""

import json
import os
from dataclasses import asdict, dataclass, fields
from typing import Optional

import numpy as np

from ..errors import BadInput
from ..io.atomic import atomic_write

KIND = "twostream recipe 1"
"""First entry of each such file; the number changes with what older programs cannot read."""
MOST_FRAMES = 2**16


@dataclass(frozen=True)
class Source:
    """A frame: its file, page (from 0) or None, the file's SHA-256, transform and gains.

    The transform, 3 x 3, maps pixel coordinates (x, y, 1) of the reference frame to the frame's.
    The gains are factors of its channels.
    """

    path: str
    page: Optional[int]
    sha256: str
    transform: list
    gains: list


@dataclass(frozen=True)
class Recipe:
    """All that was done to fuse a picture.

    Attributes
    ----------
    version : str
        Of the toolkit.
    method : str
    options : dict
        Of the method, as they were given.
    weights : dict of str to str
        Path of a file that the method read -> its SHA-256.
    size : list of int
        Height and width of the frames.
    crop : list of int
        Top, left, height and width of what was kept of the reference frame.
    focus_map : str or None
        Path of the focus map, from the recipe's folder; None if the method does not choose.
    sources : list of Source
    """

    version: str
    method: str
    options: dict
    weights: dict
    size: list
    crop: list
    focus_map: Optional[str]
    sources: list

    @property
    def transforms(self):
        """List of arrays, 3 x 3."""
        return [np.array(source.transform, float) for source in self.sources]

    @property
    def gains(self):
        """Array, frames x channels."""
        return np.array([source.gains for source in self.sources], float)


def write_recipe(path, recipe):
    """Write a recipe as JSON, atomically."""
    with atomic_write(path) as partial:
        partial.write_text(json.dumps({"kind": KIND, **asdict(recipe)}, indent=1) + "\n")


def read_recipe(path):
    """Read a recipe.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Recipe

    Raises
    ------
    BadInput
        If the file cannot be read or is no recipe.
    """
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
        if found.pop("kind") != KIND:
            raise ValueError(f"it is not of the kind {KIND!r}")
        recipe = Recipe(**found)
        return _checked(Recipe(**{**found, "sources": [Source(**s) for s in recipe.sources]}))
    except FileNotFoundError:
        raise BadInput(f"{path} does not exist.") from None
    except OSError as error:
        raise BadInput(f"Cannot read {path}: {error.strerror or error}.") from error
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise BadInput(f"{path} is no recipe of twostream fuse: {reason}.") from error


def _checked(recipe):
    """Raise ValueError or TypeError where a field is not what it should be."""
    for field in fields(recipe):
        kind = field.type if isinstance(field.type, type) else (str, type(None))
        _expect(isinstance(getattr(recipe, field.name), kind), field.name)
    _expect(
        all(isinstance(k, str) and isinstance(v, str) for k, v in recipe.weights.items()), "weights"
    )
    texts = [recipe.focus_map, *recipe.options.values(), *(s.path for s in recipe.sources)]
    _expect(all(map(_can_be_path, texts)), "path")
    _expect(2 <= len(recipe.sources) <= MOST_FRAMES, "sources")
    _expect(len(recipe.size) == 2 and _are_counts(recipe.size), "size")
    _expect(len(recipe.crop) == 4 and _are_counts(recipe.crop), "crop")
    for (start, length), whole in zip(zip(recipe.crop[:2], recipe.crop[2:]), recipe.size):
        _expect(length > 0 and start + length <= whole, "crop")
    for source in recipe.sources:
        _expect(isinstance(source.path, str) and isinstance(source.sha256, str), "sources")
        _expect(source.page is None or _are_counts([source.page]), "page")
    _expect(np.shape(recipe.transforms) == (len(recipe.sources), 3, 3), "transform")
    _expect(np.isfinite(recipe.transforms).all(), "transform")
    _expect(recipe.gains.ndim == 2 and recipe.gains.shape[1] in (1, 3), "gains")
    _expect((np.isfinite(recipe.gains) & (recipe.gains > 0)).all(), "gains")
    return recipe


def _can_be_path(text):
    return not isinstance(text, str) or ("\0" not in text and bool(os.fsencode(text) or True))


def _are_counts(numbers):
    return all(type(number) is int and 0 <= number < 2**31 for number in numbers)


def _expect(fine, name):
    if not fine:
        raise ValueError(f"its entry {name!r} is not what it should be")
