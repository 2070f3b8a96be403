"""Atomic writes: a file appears complete or not at all."""

import fcntl
import hashlib
import os
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path

from ..errors import BadInput
from .regular import other_than_file

_PROCESS = re.compile(r"\.(\d+)\.partial")
_LONGEST = 100
"""Maximum bytes of the name of a temporary file; file systems allow at least 143."""


@contextmanager
def atomic_write(path):
    """Yield a temporary path in the folder of `path`, renamed to `path` when the block succeeds.

    If the block fails or is interrupted, `path` is left unchanged and the temporary file removed.
    A link stays, and its target is replaced.

    Parameters
    ----------
    path : str or Path
        Path of the finished file.

    Yields
    ------
    Path
        Path to write to, in the same folder and with the same suffix.

    Raises
    ------
    BadInput
        If the file cannot be written there (no folder, no permission, no space left).
    """
    target = _target(path)
    partial = _partial(target, os.getpid())
    try:
        with _locked(partial, path):
            yield partial
            os.replace(partial, target)
    except OSError as error:
        raise BadInput(f"Cannot write {path}: {error.strerror or error}.") from error


@contextmanager
def _locked(partial, path):
    """Hold a lock on a temporary file, so that other processes know that it is in use."""
    file = os.open(partial, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:  # a process of the same number on another computer
        os.close(file)
        raise BadInput(f"Cannot write {path}: another process writes it.") from None
    except OSError:  # some network file systems have no locks
        pass
    try:
        yield
    finally:
        os.close(file)
        if os.path.exists(partial):
            partial.unlink()


def _is_left(path):
    """Tell whether no process writes a temporary file any more."""
    try:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def check_place(path):
    """Check, before a long computation, that a file can be created at `path`.

    Raise BadInput if it is a folder, a pipe or a device, its folder is missing, or no file can be
    created there.
    """
    target = _target(path)
    if not target.parent.is_dir():
        raise BadInput(f"Cannot write {path}: there is no folder {target.parent}.")
    try:  # permission bits do not suffice: root, read-only disks, /proc
        tempfile.TemporaryFile(dir=target.parent).close()
    except OSError as error:
        raise BadInput(f"Cannot write {path}: {error.strerror or error}.") from error


def identity(path):
    """Identify a file, whatever its name or link; a missing one by its absolute path."""
    try:
        found = os.stat(path)
    except OSError:
        return os.path.realpath(path)
    return found.st_dev, found.st_ino


def _followed(path):
    return Path(os.path.realpath(path) if os.path.islink(path) else path)


def _target(path):
    """Follow links to the output file; raise BadInput if it cannot exist."""
    target = _followed(path)
    try:
        other = "a loop of links" if os.path.islink(target) else other_than_file(target)
    except NotADirectoryError:  # its folder is missing
        other = None
    except OSError as error:
        raise BadInput(f"Cannot write {path}: {error.strerror or error}.") from error
    if other:
        raise BadInput(f"Cannot write {path}: it is {other}. Choose another name.")
    return target


def _partial(path, process):
    """Return the path of a process's temporary file, short enough for the file system."""
    name = f".{path.stem}.{process}.partial{path.suffix}"
    if len(os.fsencode(name)) > _LONGEST:
        digest = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:32]
        name = f".{digest}.{process}.partial{path.suffix if len(path.suffix) < 8 else ''}"
    return path.with_name(name)


def remove_partials(paths):
    """Remove temporary files of killed processes in the folders of these files.

    Those that a process still writes, perhaps of another batch, stay.
    """
    paths = list(map(_followed, paths))
    for folder in {path.parent for path in paths}:
        for left in folder.glob(".*.partial*"):
            processes = _PROCESS.findall(left.name)
            ours = processes and any(_partial(path, processes[-1]) == left for path in paths)
            if ours and _is_left(left):
                left.unlink()
