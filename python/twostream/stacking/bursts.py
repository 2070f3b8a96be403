"""Bursts of new image files below a folder, found by polling.

Polling also sees files on network shares, which send no events.
"""

import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Union

from ..errors import BadInput, sentence
from ..evaluation.pair_set import pictures
from ..io.atomic import identity
from .batch import State, state_of
from .sets import folders
from .sources import natural

PATIENCE = 3
"""Number of pauses for which a burst stays open while one of its files cannot be read."""


@dataclass(frozen=True)
class Burst:
    """Files that arrived in one folder without a pause."""

    files: dict[Path, Any]  # in the order of their names, with what `read` returned
    unreadable: dict[Path, str]  # why each other file cannot be read, in one sentence


class Bursts:
    """Bursts of files below a folder.

    A burst of a folder has ended when its files have not changed for `pause` seconds. One with
    unreadable files waits `PATIENCE` times as long, because a copy may have stalled.

    Parameters
    ----------
    folder : Path
    pause : float
    but : sequence of Path
        Folders and files to ignore.
    read : callable
        Reads a file whose size is stable; BadInput if it cannot be read.
    """

    def __init__(
        self, folder: Path, pause: float, but: Sequence[Path], read: Callable[[Path], Any]
    ) -> None:
        self._folder, self._pause, self._reader = folder, pause, read
        self._passed = but
        self._handled: set[State] = set()
        self._open: dict[Path, _Open] = {}
        self._is_first = True

    def pass_over(self, states: Collection[State]) -> None:
        """Take no file in one of these states."""
        self._handled.update(state[:3] for state in states)

    def look(self, now: float) -> Iterator[Burst]:
        """Look at the folder at this time, in seconds; yield the bursts that have ended.

        Raise BadInput if the folder cannot be read.
        """
        there = self._new_files()
        for folder, states in there.items():
            groups = _groups(states, self._pause) if self._is_first else [states]
            for earlier in groups[:-1]:
                yield self._ended(_Open(earlier, now))
            before = self._open.get(folder) or _Open({}, now)
            if before.states != groups[-1]:
                self._open[folder] = _Open(groups[-1], now, before.read)
                self._read(self._open[folder], before.states.values())
        self._is_first = False
        for folder in [*self._open]:
            one = self._open[folder]
            if folder not in there:
                del self._open[folder]
            elif one.since < now:
                self._read(one, one.states.values())
                failed = any(isinstance(found, Exception) for found in one.read.values())
                if now - one.since >= self._pause * (PATIENCE if failed else 1):
                    yield self._ended(self._open.pop(folder))

    def _new_files(self) -> dict[Path, dict[Path, State]]:
        found: dict[Path, dict[Path, State]] = {}
        but = {*map(identity, self._passed)}
        for folder in folders(self._folder, but):
            with contextlib.suppress(BadInput):  # it has vanished
                for path in sorted(pictures(folder), key=natural):
                    with contextlib.suppress(OSError):
                        state = state_of(path)
                        if state[:3] not in self._handled and identity(path) not in but:
                            found.setdefault(folder, {})[path] = state
        return found

    def _read(self, one: "_Open", stable: Collection[State]) -> None:
        """Read files in a stable state, unless that is done; on failure, keep the error."""
        known, one.read = one.read, {}
        for path, state in one.states.items():
            if state not in known and state in stable:
                try:
                    known[state] = self._reader(path)
                except Exception as error:  # whatever a damaged file makes a decoder raise
                    known[state] = error
            if state in known:
                one.read[state] = known[state]

    def _ended(self, one: "_Open") -> Burst:
        self._read(one, one.states.values())
        self.pass_over(one.states.values())
        read = {path: one.read[state] for path, state in one.states.items()}
        failed = {path: found for path, found in read.items() if isinstance(found, Exception)}
        unreadable = {path: sentence(error) for path, error in failed.items()}
        files = {path: found for path, found in read.items() if path not in failed}
        return Burst(files, unreadable)


class _Open:
    """The files of a burst that may still grow, and what was read in each state."""

    def __init__(
        self,
        states: dict[Path, State],
        since: float,
        read: Union[dict[State, Any], None] = None,
    ) -> None:
        self.states, self.since, self.read = states, since, dict(read or {})


def _groups(states: dict[Path, State], pause: float) -> list[dict[Path, State]]:
    """Split files that were there before at the pauses between their times of arrival."""
    groups: list[dict[Path, State]] = []
    last = 0
    for path in sorted(states, key=lambda path: states[path][3]):  # stable
        came = states[path][3]
        if not groups or came - last > pause * 1e9:
            groups.append({})
        groups[-1][path] = states[path]
        last = came
    return [{path: group[path] for path in sorted(group, key=natural)} for group in groups]
