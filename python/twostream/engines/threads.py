"""The number of threads of a net on a CPU."""

import os

_limit = None


def limit_threads(count):
    """Set the number of threads of nets that this process loads from now on.

    A user's OMP_NUM_THREADS takes precedence.
    """
    global _limit
    _limit = count


def thread_limit():
    """Return the number that OMP_NUM_THREADS or `limit_threads` gives, None if neither does."""
    # OpenMP allows a list, one number for each level of nesting.
    return int(os.environ.get("OMP_NUM_THREADS", "0").split(",")[0]) or _limit


def thread_count():
    """Return the `thread_limit`, or the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return thread_limit() or len(os.sched_getaffinity(0))
    return thread_limit() or os.cpu_count() or 1
