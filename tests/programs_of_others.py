"""Tiny programs in place of those that fuse photographs, or that scripts call."""

import shlex
import sys

AVERAGE = """
import os, sys
import numpy as np
from PIL import Image
out, *paths = sys.argv[1:]
if os.path.isdir(paths[0]):
    paths = [os.path.join(paths[0], name) for name in sorted(os.listdir(paths[0]))]
fused = np.mean([np.asarray(Image.open(path), float) for path in paths], axis=0)
Image.fromarray(np.rint(fused).astype(np.uint8)).save(out)
"""
"""Usage: OUT PICTURE..., or OUT FOLDER."""


def command(code, places):
    """Make the command line of a Python program, ``{out} {sources}`` or the like at its end."""
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(code)} {places}"


def write_program(path, script):
    """Write a program in bash; return its path."""
    path.write_text(f"#!/bin/bash\n{script}\n")
    path.chmod(0o755)
    return str(path)
