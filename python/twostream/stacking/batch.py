"""Fusion of many sets of frames, of which some may fail."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Callable, Optional

from tqdm import tqdm

from ..errors import BadInput, sentence
from ..io.atomic import atomic_write, remove_partials
from ..io.digest import sha256_of
from ..io.regular import read_small
from .options import StackOptions
from .outputs import Outputs, check_apart
from .pipeline import run as run_one

FINISHED = ".batch"
"""Folder, below that of the results, with a file for each finished one."""


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
        """Path of the file that says from what and how the fused image was made."""
        return self.out / FINISHED / f"{self.name}{self.suffix}.json"

    def key(self) -> str:
        """Digest the settings, and name, size and times of change of each source."""
        states = [(str(path), path.stat()) for path in self.sources]
        found = [(path, one.st_size, one.st_mtime_ns, one.st_ctime_ns) for path, one in states]
        return hashlib.sha256(json.dumps([self.settings, found]).encode()).hexdigest()

    def is_done(self) -> bool:
        """Whether the result stands unchanged, made of these sources with these settings."""
        try:
            done = json.loads(read_small(self.finished, 2**16))
            return done == {"key": self.key(), "sha256": sha256_of(self.output)}
        except (OSError, ValueError):
            return False


@dataclass(frozen=True)
class Outcome:
    """What became of a set of frames."""

    name: str
    failure: Optional[str] = None  # why there is no result, in one sentence
    kept: bool = False  # whether an earlier call had made the result
    notes: tuple[str, ...] = ()  # what the fusion warned of, in sentences


def run(
    tasks: Sequence[Task], fuse: Callable[..., Any], pool: Any, progress: bool = True
) -> list[Outcome]:
    """Fuse all sets; a call after an interruption keeps finished results.

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
    """Fuse a set of frames unless that is done, perhaps by another worker of a cluster."""
    if len(task.sources) < 2:
        raise BadInput(f"The partner of {task.sources[0]} is missing.")
    if task.is_done():
        return Outcome(task.name, kept=True)
    key = task.key()  # before the sources are read, which may change meanwhile
    for path in (task.output, task.finished):
        path.parent.mkdir(parents=True, exist_ok=True)
    notes = fuse(task.sources, task.output) or ()
    with atomic_write(task.finished) as file:
        file.write_text(json.dumps({"key": key, "sha256": sha256_of(task.output)}) + "\n")
    return Outcome(task.name, notes=tuple(notes))


def fuse_files(options: StackOptions, sources: Sequence[Path], output: Path) -> list[str]:
    """Fuse files into a file with these StackOptions; return the warnings."""
    return run_one(sources, options, Outputs(output)).warnings
