"""Opening of earlier work: a project folder, or a record of ``twostream fuse``."""

import math
from dataclasses import asdict, fields
from pathlib import Path

from ..errors import BadInput
from ..io.regular import read_small
from ..progress import Bar
from ..stacking.corrections import CORRECTIONS, correction_of
from ..stacking.own_files import expect, parsed, readable
from ..stacking.record import file_of, read_record
from ..stacking.replay import replay
from ..stacking.retouching import Stroke, fault
from .looking import measured_frame
from .project import CHOICES, DEFAULTS, FILE, KIND, Frame, Project
from .work import MAPS, files_of, outputs_in, shown_of

MOST_BYTES = 2**25
COUNTS = "number", "width", "height", "preview"
"""Entries of a result that are whole numbers."""
WIDEST = 2**20
"""Largest coordinate of a stroke whose frame is left out at the moment."""


def open_project(folder, trust=False):
    """Open the project of a folder, or begin one in an empty folder or a new one.

    Raise BadInput if the folder holds something else, or names files outside it and is not trusted.
    """
    folder = Path(folder).resolve()
    path = folder / FILE
    if not path.exists():
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadInput(
                f"{folder} holds no {FILE} of twostream app. Give the folder of a project, or an "
                "empty or new one."
            )
        folder.mkdir(parents=True, exist_ok=True)
        project = Project(folder)
        project.save()
        return project
    with readable(path, "is no project of twostream app"):
        found = parsed(read_small(path, MOST_BYTES))
        if found.pop("kind") != KIND:
            raise ValueError("it is of another kind")
        return _checked(Project(folder, **found), path, trust)


def _checked(project, path, trust):
    """Return a project that was read from a file, which may hold anything."""
    project.frames = [Frame(**entry) for entry in project.frames]
    for frame in project.frames:
        expect(all(_is(getattr(frame, f.name), f.type) for f in fields(frame)), "frames")
        file_of(path, frame.path, trust)
    for link in filter(Path.is_symlink, path.parent.rglob("*")):
        file_of(path, str(link.relative_to(path.parent)), trust)
    numbers = [frame.number for frame in project.frames]
    expect(len({*numbers}) == len(numbers), "frames")
    expect(_is(project.last, int), "last")
    for name, file in project.corrections.items():
        expect(name in CORRECTIONS and type(file) is str, "corrections")
        file_of(path, file, trust)
    for name, value in project.options.items():
        expect(type(value) in (str, bool) and value in CHOICES.get(name, ()), "options")
    project.options = {**DEFAULTS, **project.options}
    for name in ("preview", "result"):
        shown = getattr(project, name)
        expect(shown is None or _can_be_shown(shown, numbers), name)
        made = shown and project.folder / "results" / str(shown["number"])
        if made and not (made / "fused.tif").exists():
            setattr(project, name, None)
    expect(project.crop is None or _are_counts(project.crop, 4), "crop")
    for entries in (project.strokes, project.undone):
        strokes = [Stroke(**{**one, "frame": numbers.index(one["frame"])}) for one in entries]
        expect(not fault(strokes, len(numbers), (WIDEST, WIDEST)), "strokes")
    shown = project.result
    if shown:
        size = shown["height"], shown["width"]
        expect(not fault(project.placed(shown), len(shown["frames"]), size), "strokes")
    return project


def _is(value, kind):
    """Tell whether a value has the type of a field of Frame."""
    if kind is float:
        return type(value) in (int, float) and math.isfinite(value)
    if kind in (int, str, bool):
        return type(value) is kind and (kind is not int or _are_counts([value], 1))
    return value is None or _are_counts([value], 1)  # Optional[int]


def _can_be_shown(shown, numbers):
    """Tell whether `work.preview` or `work.fuse` may have returned this."""
    if shown.keys() != {*COUNTS, "white", "factor", "crop", "frames", "maps", "lines"}:
        return False
    frames, maps = shown["frames"], shown["maps"]
    fine = _are_counts([shown[name] for name in COUNTS], 4) and _are_counts(shown["crop"], 4)
    fine = fine and len(frames) > 1 and {*frames} <= {*numbers} and {*maps} <= {*MAPS}
    fine = fine and all(type(line) is str for line in shown["lines"])
    return fine and _is(shown["white"], float) and _is(shown["factor"], float)


def _are_counts(numbers, count):
    return len(numbers) == count and all(type(n) is int and 0 <= n < 2**40 for n in numbers)


def sources_of(path, trust=False):
    """List the files of a record's frames, as pairs (path, page).

    Raise BadInput if the record cannot be opened on the page.
    """
    record = read_record(path)
    found = [(file_of(path, one.path, trust).resolve(), one.page) for one in record.sources]
    for file, _ in found:
        if not file.is_file():
            raise BadInput(
                f"{path} names the frame {file}, which does not exist. Put the frame back, or "
                "correct its path in the record."
            )
    return found


def open_record(folder, number, path, trust, options, limits, progress):
    """Repeat the fusion of a record without its strokes.

    Return the frames, the result, the strokes, and the files by which frames are corrected.
    """
    looks, sources = Path(folder) / "looks", sources_of(path, trust)
    looks.mkdir(parents=True, exist_ok=True)
    limits.check_count(len(sources))
    record = read_record(path)
    corrections = {
        name: str(file_of(path, one["path"], trust).resolve())
        for name, one in record.corrections.items()
    }
    correction = correction_of(options.changed(**corrections))
    frames = [
        measured_frame(
            Frame(number + n, file.name, str(file), page), folder, looks, correction, limits
        )
        for n, (file, page) in Bar("read", len(sources), progress).over([*enumerate(sources, 1)])
    ]
    options = options.changed(method=record.method, progress=progress)
    outputs = outputs_in(Path(folder) / "results" / str(number), options)
    files = files_of(folder, frames, options)
    result = replay(path, files, options, outputs, trust=trust, strokes=())
    shown = shown_of(Path(folder) / "results" / str(number), number, frames, result)
    lines = [f"As recorded in {Path(path).name}: {result.summary}", *result.warnings]
    strokes = [{**asdict(one), "frame": frames[one.frame].number} for one in record.strokes]
    shown = {**shown, "factor": 1, "preview": 0, "lines": lines}
    return frames, shown, strokes, corrections
