"""Fuse all pairs and stacks of a folder, each into one image.

Sets of frames are recognised by letters (bee_A.png, bee_B.png), numbers (bee_01.png, bee_02.png)
or folders, one for each stack. Frames with names from a camera are grouped by their EXIF times.
--dry-run lists the sets. After an interruption, the same command resumes. Sets that cannot be
fused are listed at the end, with exit code 1.
"""

import os
import sys
from argparse import ArgumentTypeError
from dataclasses import replace
from functools import partial
from pathlib import Path

from ..engines.threads import limit_threads
from ..parallel import workers
from ..stacking.batch import Task, fuse_files, run, settings_of
from ..stacking.corrections import correction_files, correction_of
from ..stacking.memory import share_of
from ..stacking.sets import RULES, find_sets
from ..stacking.sources import written_suffix
from . import add_output, add_workers, parser
from .fuse import add_options, options_of

FORMATS = ("png", "jpg", "tif", "bmp")


def main(args):
    """Fuse all sets; exit with code 1 if some failed."""
    options = replace(options_of(args), progress=False)
    settings = settings_of(options)
    correction_of(options)  # report a bad file once, not for each set
    but = args.output, *correction_files(options).values()
    sets, others = find_sets(args.folder, args.by, args.pause, but)
    tasks = [_task(one, args, settings) for one in sets]
    if args.dry_run:
        _show(sets, tasks, others)
        return
    jobs = None if args.scheduler else args.jobs or os.cpu_count()
    fuse = partial(fuse_files, share_of(options, jobs))
    try:
        with workers(args.scheduler or args.jobs, limit_threads) as pool:
            outcomes = run(tasks, fuse, pool, not args.quiet)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Interrupted; the same command resumes {args.output}.") from None
    _report(args, outcomes, others)


def _task(one, args, settings):
    suffix = f".{args.format}" if args.format else written_suffix(one.sources[0])
    return Task(one.name, one.sources, args.output, suffix, settings)


def _show(sets, tasks, others):
    for one, task in zip(sets, tasks):
        first, last = one.sources[0].name, one.sources[-1].name
        done = ", is done" if task.is_done() else ""
        print(f"{task.output}: {len(one.sources)} by {one.rule}, {first} to {last}{done}")
    for path in others:
        print(f"{path} is in no set.")


def _report(args, outcomes, others):
    failed = [one for one in outcomes if one.failure]
    kept = sum(one.kept for one in outcomes)
    if not args.quiet:
        print(
            f"{args.output}: {len(outcomes) - len(failed)} of {len(outcomes)} sets fused"
            + (f", {kept} of them before" if kept else "")
            + (f"; {len(others)} pictures are in no set" if others else "")
            + "."
        )
    for one in outcomes:
        for said in (*one.notes, *([one.failure] if one.failure else [])):
            print(f"{one.name}: {said}", file=sys.stderr)
    if failed:
        sys.exit(1)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument("folder", metavar="DIR", type=Path, help="read the frames in this folder")
    add_output(p, "write the results into this folder", metavar="DIR", required=True)
    p.add_argument(
        "--by",
        choices=("auto", *RULES),
        default="auto",
        help="group the frames into sets with this rule (default: %(default)s)",
    )
    p.add_argument(
        "--pause",
        type=seconds,
        default=10,
        help="begin a new set after this number of seconds without a frame, with --by times "
        "(default: %(default)s)",
    )
    add_format(p)
    p.add_argument("--dry-run", action="store_true", help="list the sets and fuse nothing")
    add_options(p)
    add_workers(p)
    p.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    return p


def add_format(p):
    """Add the option for the format of the results."""
    p.add_argument(
        "--format",
        choices=FORMATS,
        help="write results in this format (default: that of the first frame, or tif if it "
        "cannot be written)",
    )


def seconds(text):
    """Read a number of seconds, as a type of an option."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < float("inf"):
        raise ArgumentTypeError("give a number of seconds")
    return seconds
