"""Atomic writes: a file appears complete or not at all."""

import os
from contextlib import contextmanager
from pathlib import Path

from ..errors import BadInput


@contextmanager
def atomic_write(path):
    """Yield a temporary path beside `path`, renamed to `path` when the block succeeds.

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
