"""Programs for fusing photographs, and the command line of each."""

import os
from dataclasses import dataclass
from pathlib import Path

from ...errors import BadInput
from ...names import lookup
from ...parallel.programs import find_program
from .program import Program
from .run import LIMIT

_ENFUSE = "enfuse --exposure-weight=0 --saturation-weight=0 --contrast-weight=1 --hard-mask"

_ALIGNED_ENFUSE = (
    "out=$1 scratch=$2; shift 2; "
    'align_image_stack -m --use-given-order -a "$scratch/aligned_" "$@" && '
    f'exec {_ENFUSE} -o "$out" "$scratch"/aligned_*.tif'
)

_SHINESTACKER = """
import glob, shutil, sys
from shinestacker.algorithms import (
    AlignFrames, BalanceFrames, CombinedActions, FocusStack, PyramidStack, StackJob)
folder, scratch, out = sys.argv[1:]
job = StackJob("job", scratch, input_path=folder)
job.add_action(CombinedActions("align", [AlignFrames(), BalanceFrames()]))
job.add_action(FocusStack("stack", PyramidStack()))
job.run()
shutil.copy(*glob.glob(scratch + "/stack/*"), out)
"""


@dataclass(frozen=True)
class Preset:
    """The command line of a program."""

    needs: tuple  # executables that must be installed
    # command line; the first word is one of `needs`, ``sh``, or ``python``, which stands for the
    # Python of the environment that the first of `needs` is installed in
    words: tuple
    source: str  # source of the program


PRESETS = {
    "enfuse": Preset(
        ("enfuse",), (*_ENFUSE.split(), "-o", "{out}", "{sources}"), "Debian's package enfuse"
    ),
    "enfuse-aligned": Preset(
        ("enfuse", "align_image_stack"),
        ("sh", "-c", _ALIGNED_ENFUSE, "sh", "{out}", "{scratch}", "{sources}"),
        "Debian's packages enfuse and hugin-tools",
    ),
    "focus-stack": Preset(
        ("focus-stack",),
        ("focus-stack", "--nocrop", "--output={out}", "{sources}"),
        "github.com/PetteriAimonen/focus-stack",
    ),
    "openfocus": Preset(
        ("openfocus",),
        ("openfocus", "--method", "stackmffv3", "-o", "{out}", "-i", "{sources}"),
        "the Python package openfocus",
    ),
    "openfocus-aligned": Preset(
        ("openfocus",),
        (
            *("openfocus", "--method", "stackmffv3", "--align", "openfocus"),
            *("-o", "{out}", "-i", "{sources}"),
        ),
        "the Python package openfocus",
    ),
    "shinestacker": Preset(
        ("shinestacker",),
        ("python", "-c", _SHINESTACKER, "{folder}", "{scratch}", "{out}"),
        "the Python package shinestacker",
    ),
    "focusweave": Preset(
        ("focusweave",),
        ("focusweave", "{folder}", "--keep-size", "--output", "{out}"),
        "the Python package focusweave",
    ),
}
"""Name -> preset. Focusweave and shinestacker align the pictures by default."""


def preset(name, limit=LIMIT):
    """Find a program of `PRESETS`; it may take `limit` seconds per picture.

    Raise BadInput if there is no such preset, or the program is not installed.
    """
    found = lookup(name, PRESETS, "preset of a program")
    paths = {need: find_program(need) for need in found.needs}
    for need, path in paths.items():
        if not path:
            raise BadInput(f"The program {need} is not installed: it is {found.source}.")
    first, *rest = found.words
    python = Path(os.path.realpath(paths[found.needs[0]])).parent / "python"
    first = str(python) if first == "python" else paths.get(first, first)
    program = Program(name, (first, *rest), limit)
    program.check()
    return program


def external_program(text, limit=LIMIT):
    """Make a Program of ``NAME=COMMAND`` or of the name of a preset; BadInput if it cannot be."""
    name, equals, command = text.partition("=")
    return Program.of(name, command, limit) if equals else preset(name, limit)
