"""The sets of frames in a folder and in the folders below it, except hidden ones."""

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Union

from ..errors import BadInput
from ..evaluation.pair_set import lettered, pictures
from ..io.atomic import identity
from ..io.capture_time import capture_time
from .sources import natural

_COUNTED = re.compile(r"(?P<name>.*?)[ _.(-]*\d+\)?")


@dataclass(frozen=True)
class PictureSet:
    """Frames to fuse into one image."""

    name: str  # path of the result below the folder of results, without its suffix
    sources: tuple[Path, ...]  # in their order; one alone if its partner is missing
    rule: str  # rule that grouped them, one of `RULES`


def find_sets(
    folder: Union[str, Path], rule: str = "auto", pause: float = 10.0, but: Sequence[Path] = ()
) -> tuple[list[PictureSet], list[Path]]:
    """Find the sets of frames below a folder, and the files that are in no set.

    The rule is one of `RULES`, or ``auto``: letters if there are some. Else each folder below
    `folder` is one set. Files in `folder` itself are grouped by the text before their numbers or,
    if that is the same in all and all have a time, by time. A pause of `pause` seconds ends a set
    grouped by times. `but` are folders and files to ignore. Raise BadInput if the folder cannot be
    read, no set is found, two sets have one name, or a file lacks the time that the rule needs.
    """
    folder, sets, others = Path(folder), [], []
    passed = {*map(identity, but)}
    for below in folders(folder, passed):
        there = sorted((p for p in pictures(below) if identity(p) not in passed), key=natural)
        found = _auto(below, there, pause, below == folder) if rule == "auto" else None
        found = RULES[rule](below, there, pause) if found is None else found
        sets += [_placed(one, below.relative_to(folder)) for one in found]
        used = {path for one in found for path in one.sources}
        others += [path for path in there if path not in used]
    _check(folder, sets)
    return sets, others


def _placed(one, folder):
    """Name a set by its folder, so that the tree of results mirrors the tree of sets."""
    place = folder.parent if one.rule == "folders" else folder
    return replace(one, name=(place / one.name).as_posix())


def folders(folder, but):
    """Yield a folder and those below it; BadInput if one cannot be read."""
    pictures(folder)
    for path, names, _ in os.walk(folder):
        if identity(path) not in but:
            yield Path(path)
        names[:] = sorted(name for name in names if not name.startswith("."))
        names[:] = [name for name in names if identity(Path(path) / name) not in but]


def _auto(folder, there, pause, is_top):
    found = _by_letters(folder, there, pause)
    if not is_top:
        return found or _by_folders(folder, there, pause)
    used = {path for one in found for path in one.sources}
    counted = _by_counters(folder, [path for path in there if path not in used], pause)
    if len(counted) == 1 and all(map(capture_time, counted[0].sources)):
        by_time = _by_times(folder, list(counted[0].sources), pause)
        counted = by_time if len(by_time) > 1 else counted
    return found + counted


def _by_letters(folder, there, pause):
    return [PictureSet(pair.name, pair.sources, "letters") for pair in lettered(there)]


def _by_folders(folder, there, pause):
    name = folder.resolve().name
    return [PictureSet(name, tuple(there), "folders")] if len(there) > 1 else []


def _by_counters(folder, there, pause):
    groups = {}
    for path in there:
        found = _COUNTED.fullmatch(path.stem)
        if found:
            groups.setdefault(found["name"], []).append(path)
    return [
        PictureSet(name or folder.resolve().name, tuple(group), "counters")
        for name, group in groups.items()
        if len(group) > 1
    ]


def _by_times(folder, there, pause):
    """Name each set like its first picture."""
    times = {path: capture_time(path) for path in there}
    for path, time in times.items():
        if time is None:
            raise BadInput(f"{path} has no time in its EXIF. Group the frames with another --by.")
    groups, last = [], None
    for path in sorted(there, key=times.get):  # stable: within a second by name
        if last is None or (times[path] - last).total_seconds() > pause:
            groups.append([])
        groups[-1].append(path)
        last = times[path]
    return [PictureSet(group[0].stem, tuple(group), "times") for group in groups if len(group) > 1]


def _check(folder, sets):
    if not sets:
        raise BadInput(
            f"{folder} holds no pair or stack of images. Name them by letters or numbers, or put "
            "each stack into a folder."
        )
    (name, count), *_ = Counter(one.name for one in sets).most_common(1)
    if count > 1:
        raise BadInput(f"Two sets of frames have the same name, {name}. Rename one of them.")


RULES = {
    "letters": _by_letters,
    "folders": _by_folders,
    "counters": _by_counters,
    "times": _by_times,
}
"""Name of a rule -> function of a folder, its pictures and the pause to a list of PictureSet."""
