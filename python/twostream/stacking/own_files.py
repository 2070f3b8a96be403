"""Errors in the toolkit's own JSON files, which may hold anything when they are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Union

from ..errors import BadInput

WRONG = ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError
"""Errors that reading and checking such a file may raise."""


@contextmanager
def readable(path: Union[str, Path], problem: str, advice: str = "") -> Iterator[None]:
    """Turn the errors of reading a file into BadInput: path, problem, reason and advice."""
    try:
        yield
    except BadInput:
        raise
    except OSError as error:
        raise BadInput(f"Cannot read {path}: {error.strerror or error}.") from error
    except WRONG as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise BadInput(f"{path} {problem}: {reason}.{advice}") from error


def expect(fine: Any, name: str) -> None:
    """Raise ValueError, which names an entry, unless it is fine."""
    if not fine:
        raise ValueError(f"its entry {name!r} is not valid")
