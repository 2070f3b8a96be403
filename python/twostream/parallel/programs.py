"""Installed programs."""

import os
import shutil
import sys
from pathlib import Path


def find_program(name):
    """Return the path of a program next to this Python or on PATH; None if there is none."""
    folder = str(Path(sys.executable).parent)
    return shutil.which(name, path=os.pathsep.join([folder, os.environ.get("PATH", os.defpath)]))
