"""Fusion of many sets of frames; some may fail."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Callable, Optional

from tqdm import tqdm

from ..errors import BadInput, sentence
from ..io import images
from ..io.atomic import atomic_write, remove_partials
from ..io.digest import sha256_of
from ..io.regular import read_small
from ..version import __version__
from .checks import method_of
from .corrections import recorded_corrections
from .options import StackOptions
from .outputs import Outputs, check_apart
from .pipeline import run as run_one
from .result import digests_of_weights

FINISHED = ".batch"
"""Folder within that of the results, with a file for each result that was begun."""
FREE: dict[str, Any] = {"memory": None, "progress": False}
"""Options that do not change the result."""
LARGEST = 2**24
"""Maximum bytes of such a file."""
State = tuple[Any, ...]
"""Path, size, and times of the last change of a file."""


def state_of(path: Path) -> State:
    """Return the state of a file; OSError if it is gone."""
    found = path.stat()
    return str(path), found.st_size, found.st_mtime_ns, found.st_ctime_ns


def settings_of(options: StackOptions) -> str:
    """Describe all settings that determine a result: options, digests of files, version."""
    weights = digests_of_weights(method_of(options)[0], options)
    found = [asdict(replace(options, **FREE)), weights, recorded_corrections(options), __version__]
    return json.dumps(found, default=str)


@dataclass(frozen=True)
class Task:
    """A set of frames and where its result goes."""

    name: str  # see `sets.PictureSet`
    sources: tuple[Path, ...]
    out: Path  # folder of the results
    suffix: str  # of the result
    settings: str  # all that determines the result: options, digests of weights, version

    @property
    def output(self) -> Path:
        """Path of the fused image."""
        return self.out / f"{self.name}{self.suffix}"

    @property
    def finished(self) -> Path:
        """Path of the file with the sources and settings of the fused image."""
        return self.out / FINISHED / f"{self.name}{self.suffix}.json"

    def key(self) -> str:
        """Digest the settings and the state of each source."""
        found = [*map(state_of, self.sources)]
        return hashlib.sha256(json.dumps([self.settings, found]).encode()).hexdigest()

    def note(self, **entries: Any) -> None:
        """Write the sources and settings of the fused image."""
        self.finished.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(self.finished) as file:
            file.write_text(json.dumps(entries) + "\n")

    def is_done(self) -> bool:
        """Tell whether the result is unchanged and was made from these sources and settings."""
        try:
            done = json.loads(read_small(self.finished, LARGEST))
            made = {"key": self.key(), "sha256": sha256_of(self.output)}
            return made.items() <= done.items()
        except (OSError, ValueError, AttributeError):
            return False


@dataclass(frozen=True)
class Outcome:
    """The outcome for a set of frames."""

    name: str
    failure: Optional[str] = None  # why there is no result, in one sentence
    kept: bool = False  # whether an earlier call had made the result
    notes: tuple[str, ...] = ()  # warnings of the fusion, in sentences


def run(
    tasks: Sequence[Task], fuse: Callable[..., Any], pool: Any, progress: bool = True
) -> list[Outcome]:
    """Fuse all sets; keep results that an interrupted call has finished.

    `fuse` takes the sources and the path of the result, and may return warnings; it can be pickled.
    `pool` is one of `parallel.workers`. Raise BadInput if a result would overwrite a source.
    """
    written = [path for task in tasks for path in (task.output, task.finished)]
    check_apart(written, [path for task in tasks for path in task.sources])
    outcomes = {}
    with tqdm(total=len(tasks), unit="set", disable=None if progress else True) as bar:
        for number, outcome, error in pool.completed(partial(fuse_once, fuse=fuse), tasks):
            failed = error and Outcome(tasks[number].name, sentence(error))
            outcomes[number] = failed or outcome
            bar.set_postfix(failed=sum(bool(one.failure) for one in outcomes.values()))
            bar.update()
    remove_partials(written)
    return [outcomes[number] for number in range(len(tasks))]


def fuse_once(task: Task, fuse: Callable[..., Any]) -> Outcome:
    """Fuse a set of frames unless it is done, for example by another worker of a cluster."""
    if len(task.sources) < 2 and not _has_pages(task.sources[0]):
        raise BadInput(
            f"The partner of {task.sources[0]} is missing. Add it, or group the frames with --by."
        )
    if task.is_done():
        return Outcome(task.name, kept=True)
    # Before the sources are read, which may change meanwhile.
    made = {"key": task.key(), "sources": [*map(state_of, task.sources)]}
    task.output.parent.mkdir(parents=True, exist_ok=True)
    task.note(**made)
    notes = fuse(task.sources, task.output) or ()
    task.note(**made, sha256=sha256_of(task.output))
    return Outcome(task.name, notes=tuple(notes))


def _has_pages(path: Path) -> bool:
    """Tell whether a file is a stack by itself."""
    try:
        return len(images.pages(path)) > 1
    except BadInput:
        return False


def earlier_tasks(folder: Path, out: Path, settings: str) -> Iterator[Task]:
    """Yield a task for each result that was begun in `out`, from unchanged files in a folder."""
    for noted in sorted((out / FINISHED).rglob("*.json")):
        try:
            states = json.loads(read_small(noted, LARGEST))["sources"]
            paths = tuple(Path(path) for path, *_ in states)
            same = [state_of(path)[:3] for path in paths] == [tuple(one[:3]) for one in states]
        except (OSError, ValueError, TypeError, KeyError):
            continue  # sources are gone, or the file is another program's
        if not same or any(folder not in path.parents for path in paths):
            continue
        result = noted.relative_to(out / FINISHED).with_suffix("")
        name = result.with_suffix("").as_posix()
        yield Task(name, paths, out, result.suffix, settings)


def fuse_files(options: StackOptions, sources: Sequence[Path], output: Path) -> list[str]:
    """Fuse files into a file with these StackOptions; return the warnings."""
    return run_one(sources, options, Outputs(output)).warnings
