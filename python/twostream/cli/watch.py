"""Fuse each stack of frames that comes into a folder, until Ctrl-C.

A stack ends when no file of its folder has changed for some seconds. The command then names a focus
step that the stack lacks, so that the frame can be taken while the specimen is still in place, and
fuses the stack. The result is named after the first frame. Started again, the same command does
nothing twice, and fuses what came in between.
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
from ..stacking.first_look import missing_steps, read_reduced
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
    waiting = Queue()
    for task in earlier_tasks(folder, out, settings):
        bursts.pass_over([state_of(path) for path in task.sources])
        waiting.put((task, None))
    _say(args, f"Watching {folder}. A stack ends after {args.pause:g} s without a new file.")
    make = partial(_task, folder=folder, out=out, format_=args.format, settings=settings)
    Thread(target=_look, args=(bursts, waiting, make, args), daemon=True).start()
    try:
        while True:
            _fuse(*waiting.get(), options, args)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Stopped; run the same command to continue with {args.folder}."
        ) from None


def _look(bursts, waiting, make, args):
    """Look at the folder again and again; say what a burst lacks, and queue it."""
    problem = None
    while True:
        try:
            for burst in bursts.look(time.monotonic()):
                _queue(burst, waiting, make, args)
            problem = None
        except Exception as error:  # such as a share that is gone for a while
            if sentence(error) != problem:
                problem = sentence(error)
                _warn(problem)
        time.sleep(max(LEAST, min(INTERVAL, args.pause / 4)))


def _queue(burst, waiting, make, args):
    for said in burst.unreadable.values():
        _warn(f"{said.rstrip('.')}. It is passed over.")
    frames = sum(map(len, burst.files.values()))
    if frames == 1:
        _warn(f"{next(iter(burst.files))} came alone and is not fused. A stack needs two frames.")
    if frames < 2:
        return
    names = [path.name for path in burst.files]
    _say(args, f"{names[0]} to {names[-1]}: {frames} frames have come.")
    missing = missing_steps(burst.files)
    if missing:
        _warn(f"{names[0]} to {names[-1]}: {missing}")
    waiting.put((make(tuple(burst.files)), missing))


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
