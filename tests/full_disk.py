"""Simulation of a full disk that works for every user and file system."""

import resource
from contextlib import contextmanager


@contextmanager
def full_disk(room=4096):
    """Limit files of this process to `room` bytes; keep the block short and without output."""
    _, hard = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
