"""Fuse each stack of frames that arrives in a folder, until Ctrl-C.

A stack ends when no file of its folder has changed for some seconds. The command then names a focus
step that the stack lacks, so that the frame can be taken while the specimen is still in place, and
fuses the stack. The result is named after the first frame. A later frame that is focused at the
missing step joins the stack, which is fused again. Started again, the same command skips finished
stacks, and fuses those that arrived in between.
"""

import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from queue import Queue
from threading import Thread

from ..errors import BadInput, sentence
from ..evaluation.pair_set import pictures
from ..io.atomic import identity
from ..stacking.batch import Task, earlier_tasks, fuse_files, fuse_once, settings_of, state_of
from ..stacking.bursts import Bursts
from ..stacking.corrections import correction_files, correction_of
from ..stacking.first_look import missing_steps, read_reduced, with_late
from ..stacking.sources import written_suffix
from . import add_output, parser
from .batch import add_format, seconds
from .fuse import add_options, options_of

INTERVAL, LEAST = 1.0, 0.05
"""Longest and shortest pause between two scans of the folder, in seconds."""


def main(args):
    """Fuse stacks until Ctrl-C."""
    folder, out = args.folder.resolve(), args.output.resolve()
    if identity(folder) == identity(out):
        raise BadInput(f"{args.output} is the folder that is watched. Choose another one.")
    options = replace(options_of(args), progress=False, skip_bad=True)
    settings = settings_of(options)
    correction_of(options)  # report a bad file at once
    pictures(folder)
    out.mkdir(parents=True, exist_ok=True)
    read = partial(read_reduced, most_pixels=options.most_pixels)
    bursts = Bursts(folder, args.pause, [out, *correction_files(options).values()], read)
    make = partial(_task, folder=folder, out=out, format_=args.format, settings=settings)
    stacks = _Stacks(make, read, args)
    for task in sorted(earlier_tasks(folder, out, settings), key=_came):
        bursts.pass_over([state_of(path) for path in task.sources])
        stacks.put(task)
    _say(args, f"Watching {folder}. A stack ends after {args.pause:g} s without a new file.")
    Thread(target=_look, args=(bursts, stacks, args), daemon=True).start()
    try:
        while True:
            _fuse(*stacks.waiting.get(), options, args)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Stopped; run the same command to continue with {args.folder}."
        ) from None


def _look(bursts, stacks, args):
    """Poll the folder; report the focus steps that a burst lacks, and queue it."""
    problem = None
    while True:
        try:
            for burst in bursts.look(time.monotonic()):
                stacks.add(burst)
            problem = None
        except Exception as error:  # such as a share that is gone for a while
            if sentence(error) != problem:
                problem = sentence(error)
                _warn(problem)
        time.sleep(max(LEAST, min(INTERVAL, args.pause / 4)))


def _came(task):
    """Return when the last frame of a task came."""
    return max(state_of(path)[3] for path in task.sources)


class _Stacks:
    """The queue of stacks to be fused, and the last one of each folder, which may be extended."""

    def __init__(self, make, read, args):
        self.waiting, self._make, self._read, self._args = Queue(), make, read, args
        self._last = {}

    def put(self, task, missing=None):
        self._last[task.sources[0].parent] = task
        self.waiting.put((task, missing))

    def add(self, burst):
        """Queue a burst as a stack, or with the last stack of its folder if it fills its gaps."""
        for said in burst.unreadable.values():
            _warn(f"{said.rstrip('.')}. It is passed over.")
        if not burst.files:
            return
        names, frames = [path.name for path in burst.files], sum(map(len, burst.files.values()))
        task, files = self._extended(burst.files)
        if task:
            for path in burst.files.keys() - files.keys():
                _warn(f"{path} fills no gap of the stack before it and is passed over.")
            added = ", ".join(path.name for path in burst.files if path in files)
            _say(self._args, f"{task.output}: fusing again with {added}, in order of focus.")
        elif frames == 1:
            _warn(
                f"{next(iter(burst.files))} came alone and is not fused. A stack needs two frames."
            )
            return
        else:
            task, files = self._make(tuple(burst.files)), burst.files
            _say(self._args, f"{names[0]} to {names[-1]}: {frames} frames have come.")
        missing = missing_steps(files)
        if missing:
            names = [path.name for path in files]
            _warn(f"{names[0]} to {names[-1]}: {missing}")
        self.put(task, missing)

    def _extended(self, late):
        """Return the last stack of the folder with late files, and its files as they were read."""
        last = self._last.get(next(iter(late)).parent)
        if last is None or len(late) >= len(last.sources) or {*last.sources} & {*late}:
            return None, None
        try:
            files = {path: self._read(path) for path in last.sources}
        except Exception:  # one is gone
            return None, None
        order = with_late(files, late)
        if order is None:
            return None, None
        files.update(late)
        return replace(last, sources=tuple(order)), {path: files[path] for path in order}


def _task(sources, folder, out, format_, settings):
    """Make the task of a new stack, under a name that no result has."""
    suffix = f".{format_}" if format_ else written_suffix(sources[0])
    first = sources[0].relative_to(folder).with_suffix("").as_posix()
    tasks = (
        Task(f"{first}_{n}" if n else first, sources, out, suffix, settings)
        for n in (0, *range(2, 10**6))
    )
    return next(one for one in tasks if not one.output.exists() and not one.finished.exists())


def _fuse(task, missing, options, args):
    began = time.perf_counter()
    for path in task.sources:
        if not path.exists():
            _warn(f"{path} has vanished and is left out.")
    task = replace(task, sources=tuple(path for path in task.sources if path.exists()))
    try:
        outcome = fuse_once(task, partial(fuse_files, options))
    except Exception as error:  # the next stack may be better
        _warn(f"{task.name}: {sentence(error)}")
        return
    for note in outcome.notes:
        if not (missing and note.endswith(missing.split(": ", 1)[-1])):  # it was said before
            _warn(f"{task.name}: {note}")
    if not outcome.kept:
        _say(args, f"{task.output}: fused in {time.perf_counter() - began:.1f} s.")


def _say(args, line):
    if not args.quiet:
        print(line, flush=True)


def _warn(line):
    print(line, file=sys.stderr, flush=True)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument("folder", metavar="DIR", type=Path, help="watch this folder and those below it")
    add_output(p, "write the results into this folder", metavar="DIR", required=True)
    p.add_argument(
        "--pause",
        type=seconds,
        default=10,
        help="end a stack after this number of seconds without a new or growing file (default: "
        "%(default)s)",
    )
    add_format(p)
    add_options(p)
    p.add_argument("-q", "--quiet", action="store_true", help="print only warnings and errors")
    return p
