"""Tiles, threads and kept frames that fit into a memory limit."""

from contextlib import contextmanager

from ..engines.threads import thread_count
from ..fusion.frames import ROOM
from ..fusion.memory import PROGRAM, stack_of


def begin(frames, limit):
    """Leave room for what is measured before `fitted`, which reads every frame once."""
    if limit:
        frames.keep(min(ROOM, limit // 4))


@contextmanager
def fitted(frames, chosen, settings, options, outputs):
    """Interim."""
    if options.memory is None:
        yield settings
        return
    results = {
        "watched": bool(options.maps),
        "depth": "depth" in options.maps,
        "report": bool(outputs and outputs.report),
    }
    files = {name: settings[name] for name in ("weights", "prototxt") if name in settings}
    plan = chosen.plan(stack_of(frames, **results), options.memory, thread_count(), **files)
    frames.keep(plan.room)
    yield {**settings, "tile": plan.tile, "threads": plan.threads}


def share_of(limit, jobs):
    """Bytes for each of several processes, beside the one that starts them."""
    return limit and max(1, (limit - PROGRAM) // jobs if jobs else limit)
