"""The dark frame and the flat field that the options name."""

import os
from pathlib import Path
from typing import Any, Optional

from ..io.dark_flat import DarkFlat
from ..io.digest import sha256_of
from ..io.regular import check_regular
from .options import StackOptions

CORRECTIONS = ("dark", "flat")
"""Options that name a file by which frames are corrected."""


def correction_files(options: StackOptions) -> dict[str, Path]:
    """Return the files of the corrections, by the name of the option."""
    given = {name: getattr(options, name) for name in CORRECTIONS}
    return {name: Path(path) for name, path in given.items() if path}


def correction_of(options: StackOptions) -> Optional[Any]:
    """Read the files; return the DarkFlat, or None if there is none."""
    files = correction_files(options)
    return DarkFlat(**files, most_pixels=options.most_pixels) if files else None


def recorded_corrections(options: StackOptions) -> dict[str, dict[str, str]]:
    """Return path and SHA-256 of each file, by the name of the option."""
    files = correction_files(options)
    for path in files.values():
        check_regular(path)
    return {
        name: {"path": os.path.abspath(path), "sha256": sha256_of(path)}
        for name, path in files.items()
    }
