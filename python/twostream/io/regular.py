"""Checks for regular files, because pipes and devices may never end."""

import os
import stat

from ..errors import BadInput

_OTHERS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def other_than_file(path):
    """Name the kind of `path` if it exists and is no regular file, else return None.

    Raise OSError if the path cannot be examined.
    """
    try:
        return _OTHERS.get(stat.S_IFMT(os.stat(path).st_mode))
    except FileNotFoundError:
        return None


def check_regular(path, most=None):
    """Raise BadInput if `path` is a pipe, a folder or a device, or has more than `most` bytes.

    Raise OSError if it cannot be examined.
    """
    other = other_than_file(path)
    if other:
        raise BadInput(f"Cannot read {path}: it is {other}. Give a regular file.")
    if most and os.path.exists(path) and os.path.getsize(path) > most:
        raise BadInput(f"{path} has more than {most / 1e6:.3g} MB, the limit for its kind of file.")


def read_small(path, most):
    """Read a regular file of at most `most` bytes; errors are those of `check_regular`."""
    check_regular(path, most)
    with open(path, "rb") as file:
        return file.read(most)
