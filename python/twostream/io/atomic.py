"""Files that appear whole or not at all."""

import os
from contextlib import contextmanager
from pathlib import Path

from ..errors import BadInput


@contextmanager
def atomic_write(path):
    """Yield a temporary path beside `path`, renamed over it when the block ends well.

    An interrupted or failed block leaves `path` as it was and removes what it had begun.

    Parameters
    ----------
    path : str or Path
        Where the finished file shall stand.

    Yields
    ------
    Path
        A path of the same folder and suffix to write to.

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
