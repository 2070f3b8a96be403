"""Pair sets: folders of ``<name>_A.*``, ``<name>_B.*``, ... and, if known, ``<name>_clean.*``."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional

from ..errors import BadInput
from ..io.images import READABLE
from ..io.raw import SUFFIXES

_STEM = re.compile(r"(?P<pair>.+)_(?P<part>[A-Z]|clean)")


@dataclass(frozen=True)
class Pair:
    """Pictures of one scene."""

    name: str
    sources: tuple  # of Path; in the order of their letters; one alone if its partner is missing
    truth: Optional[Path] = None  # the ground truth, if it is known

    @property
    def folder(self):
        """Name of the folder that the pictures are in."""
        return self.sources[0].parent.resolve().name

    @property
    def scene(self):
        """Name of the pair in its own folder."""
        return _STEM.fullmatch(self.sources[0].stem)["pair"]


def read_pair_sets(folders):
    """List the pairs of several folders; see `read_pair_set`.

    If an earlier folder has the same name, the parent's name is added: ``camera_demo``.
    """
    pairs = {}
    for folder in map(Path, folders):
        for pair in read_pair_set(folder):
            name = pair.name if pair.name not in pairs else f"{pair.name}_{pair.folder}"
            if name in pairs:
                raise BadInput(f"Two pairs have the same name, {name}: rename one.")
            pairs[name] = replace(pair, name=name)
    return list(pairs.values())


def read_pair_set(folder):
    """List the pairs of a folder, sorted; raise BadInput if it cannot be read or holds none."""
    pairs = lettered(pictures(folder))
    if not pairs:
        raise BadInput(f"{folder} holds no pair. Name its images <name>_A.png, <name>_B.png.")
    return pairs


def lettered(paths):
    """List the pairs among pictures, sorted by name; see `read_pair_set`."""
    parts = {}
    for path in paths:
        found = _STEM.fullmatch(path.stem)
        if found:
            parts.setdefault(found["pair"], {})[found["part"]] = path
    truths = {name: found.pop("clean", None) for name, found in parts.items()}
    return [
        Pair(name, tuple(path for _, path in sorted(parts[name].items())), truths[name])
        for name in sorted(parts)
        if parts[name]
    ]


def pictures(folder):
    """List the image files of a folder, sorted; raise BadInput if it cannot be read.

    Hidden files are ignored, such as macOS's ``._name.jpg``, which holds no picture. So are raw
    files of a camera that also saved each frame in another format.
    """
    try:
        there = [p for p in Path(folder).iterdir() if not p.name.startswith(".")]
    except OSError as error:
        raise BadInput(f"Cannot read the folder {folder}: {error.strerror}.") from error
    found = sorted(p for p in there if p.suffix.lower() in READABLE)
    developed = {p.stem for p in found if p.suffix.lower() not in SUFFIXES}
    return [p for p in found if p.suffix.lower() not in SUFFIXES or p.stem not in developed]


def fused_picture(folder, pair):
    """Find another program's fused picture of a pair; raise BadInput if there is not exactly one.

    It is ``<name>.*``, or else the only ``<name>_*`` or ``<name>-*``.
    """
    there = pictures(folder)
    found = [path for path in there if path.stem == pair.name]
    found = found or [
        path for path in there if path.stem.startswith((f"{pair.name}_", f"{pair.name}-"))
    ]
    if len(found) != 1:
        count = f"{len(found) or 'no'} fused images"
        raise BadInput(f"{folder} holds {count} of {pair.name}. Name one of them {pair.name}.png.")
    return found[0]
