"""Atomic writes: a file appears complete or not at all."""

import os
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path

from ..errors import BadInput

_PARTIAL = re.compile(r"\.(?P<stem>.+)\.\d+\.partial(?P<suffix>(\.[^.]*)?)")


@contextmanager
def atomic_write(path):
    """Yield a temporary path in the folder of `path`, renamed to `path` when the block succeeds.

    If the block fails or is interrupted, `path` is left unchanged and the temporary file removed.

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
    path = Path(path)
    partial = path.with_name(f".{path.stem}.{os.getpid()}.partial{path.suffix}")
    try:
        yield partial
        os.replace(partial, path)
    except OSError as error:
        raise BadInput(f"Cannot write {path}: {error.strerror or error}.") from error
    finally:
        if partial.exists():
            partial.unlink()


def check_place(path):
    """Check, before a long computation, that a file can be created at `path`.

    Raise BadInput if it is a folder, its folder is missing, or no file can be created there.
    """
    if path.is_dir():
        raise BadInput(f"Cannot write {path}: it is a folder.")
    if not path.parent.is_dir():
        raise BadInput(f"Cannot write {path}: there is no folder {path.parent}.")
    try:  # permission bits do not suffice: root, read-only disks, /proc
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise BadInput(f"Cannot write {path}: {error.strerror or error}.") from error


def remove_partials(paths):
    """Remove temporary files of killed processes in the folders of these files."""
    paths = set(paths)
    for folder in {path.parent for path in paths}:
        for left in folder.glob(".*.partial*"):
            found = _PARTIAL.fullmatch(left.name)
            if found and folder / (found["stem"] + found["suffix"]) in paths:
                left.unlink()
