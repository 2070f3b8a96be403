"""Errors in the toolkit's own JSON files, which may hold anything when they are read."""

import json
from collections import Counter
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


def parsed(data: bytes) -> Any:
    """Parse JSON; raise ValueError for an entry that is there twice, or a very long number."""
    return json.loads(data.decode("utf-8"), parse_int=_whole, object_pairs_hook=_entries)


def _whole(digits: str) -> int:
    if len(digits) > 20:  # reading a long number takes long
        raise ValueError("it has a number of more than 20 digits")
    return int(digits)


def _entries(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        ((name, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise ValueError(f"it has the entry {name!r} twice")
    return found
