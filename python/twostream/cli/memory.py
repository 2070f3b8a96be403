"""The option --memory of the commands that fuse pictures."""

import re
from argparse import ArgumentTypeError
from contextlib import contextmanager

from ..engines import engine_name
from ..errors import BadInput
from ..fusion.frames import ROOM
from ..fusion.memory import PROGRAM, stack_of

UNITS = {"MB": 10**6, "GB": 10**9, "MiB": 2**20, "GiB": 2**30}


def add_memory(p):
    """Add the option, which `limit_of` reads."""
    p.add_argument(
        "--memory",
        type=_size,
        metavar="SIZE",
        help="the most memory to take, such as 1GB: it chooses the tiles, and how many pictures "
        "stay in memory while they are needed (not limited)",
    )


def limit_of(args, chosen, options):
    """Bytes that the option allows, or None.

    Parameters
    ----------
    args : argparse.Namespace
    chosen : methods.Method
    options : dict
        Of the method.

    Raises
    ------
    BadInput
        If the memory cannot be planned.
    """
    if args.memory is None:
        return None
    if not chosen.is_bounded:
        raise BadInput(f"The method {chosen.name} holds all pictures, whatever --memory says.")
    if getattr(args, "tile", None):
        raise BadInput("--memory chooses the tiles; give it or --tile, not both.")
    if engine_name(options["engine"]) != "onnx" or _on_gpu():
        raise BadInput("--memory is for the engine onnx on a CPU; --engine onnx chooses it.")
    return args.memory


def _on_gpu():
    from ..engines.onnx import on_gpu  # slow to import, and not there beside old Pythons

    return on_gpu()


def begin(frames, limit):
    """Leave room for what is measured before `fitted`, which reads every frame once."""
    if limit:
        frames.keep(min(ROOM, limit // 4))


@contextmanager
def fitted(frames, limit, chosen, options, **results):
    """Choose tiles, threads and kept frames for as long as the frames are fused.

    Parameters
    ----------
    frames : RegisteredFrames
    limit : int or None
        Bytes.
    chosen : methods.Method
    options : dict
    **results : bool
        What is made of the frames besides, see `fusion.memory.Stack`.

    Yields
    ------
    dict
        The options with tile and threads.

    Raises
    ------
    BadInput
        If the limit is too small.
    """
    if limit is None:
        yield options
        return
    from ..engines.threads import thread_count

    files = {name: options[name] for name in ("weights", "prototxt") if name in options}
    plan = chosen.plan(stack_of(frames, **results), limit, thread_count(), **files)
    frames.keep(plan.room)
    yield {**options, "tile": plan.tile, "threads": plan.threads}


def share_of(limit, jobs):
    """Bytes for each of several processes, beside the one that starts them.

    Parameters
    ----------
    limit : int or None
        Bytes for all.
    jobs : int or None
        None if each has all, on a cluster.
    """
    return limit and max(1, (limit - PROGRAM) // jobs if jobs else limit)


def _size(text):
    found = re.fullmatch(rf"(\d{{1,9}}(?:\.\d{{1,9}})?) ?({'|'.join(UNITS)})", text)
    if not found or not float(found[1]):
        raise ArgumentTypeError(f"a number with one of the units {' '.join(UNITS)}")
    return round(float(found[1]) * UNITS[found[2]])
