"""What a full disk does, for every user and on every file system."""

import resource
from contextlib import contextmanager


@contextmanager
def full_disk(room=4096):
    """Let no file of this process grow over `room` bytes; keep the block short and silent."""
    _, hard = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
