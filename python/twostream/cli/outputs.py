"""The options of ``twostream fuse`` for additional outputs."""

import math
import re
from argparse import ArgumentTypeError
from dataclasses import fields
from pathlib import Path

from ..stacking.outputs import Outputs
from . import number

UNITS = {"nm": 1e-9, "um": 1e-6, "µm": 1e-6, "μm": 1e-6, "mm": 1e-3, "cm": 1e-2, "m": 1.0}
"""Unit of a length -> meters; micro has two letters in Unicode."""


FILES = {
    "--focus-map": "write the number of the frame, from 0, that each pixel is copied from: .png or "
    ".tif, 8 or 16 bits",
    "--depth-map": "write the depth map: .png (16 bits from the first frame to the last) or .tif "
    "(frames, or meters with --z-step or EXIF focus distances)",
    "--depth-preview": "write the depth in colours, from violet for the first frame to yellow for "
    "the last, with a legend",
    "--mesh": "write the depth map as a coloured mesh: .ply or .obj",
    "--stereo": "write a rocking view: an animated .gif",
    "--confidence-map": "write the confidence map: 0 where the frames differ by more than focus, "
    "128 where none is sharp, 255 elsewhere",
    "--report": "write an HTML page to compare the sources and the result in a browser",
    "--record": "write a record for `twostream replay`, as JSON",
}
"""Option that names a file to write -> its help."""


def add_outputs(p):
    """Add the options, which `outputs_of` reads."""
    maps = p.add_argument_group("additional outputs")
    for name, what in FILES.items():
        maps.add_argument(name, type=Path, metavar="FILE", help=what)
    maps.add_argument(
        "--aligned",
        type=Path,
        metavar="DIR",
        help="write the registered frames into this folder, under their own names",
    )
    maps.add_argument(
        "--save-steps",
        type=Path,
        metavar="DIR",
        help="write the steps of the fusion into this new folder, as numbered .png of 8 bits",
    )
    maps.add_argument(
        "--slabs",
        type=number,
        metavar="N",
        help="also fuse every N consecutive frames, and write the results into the folder "
        "<output>_slabs",
    )
    maps.add_argument(
        "--overlap",
        type=_overlap,
        default=0,
        metavar="K",
        help="let each slab share K frames with the next one (default: 0)",
    )
    what = "set the focus step between two frames, such as 5um, for --depth-map"
    maps.add_argument("--z-step", type=_length, metavar="LENGTH", help=what)
    maps.add_argument(
        "--depth-bits",
        type=int,
        choices=(16, 32),
        help="write the depth map with 16 bits, or as floats of 32 (default: 16 for .png, 32 for "
        ".tif)",
    )
    maps.add_argument(
        "--near",
        choices=("first", "last"),
        help="name the frame that is focused nearest, for --mesh, --stereo and the legend "
        "(default: from the focus distances in EXIF, else first)",
    )


def outputs_of(args):
    """Return the Outputs that the options ask for."""
    names = [field.name for field in fields(Outputs) if field.name != "image"]
    return Outputs(args.output, **{name: getattr(args, name) for name in names})


def _overlap(text):
    return 0 if text == "0" else number(text)


def _length(text):
    found = re.fullmatch(rf"([\d.]+(?:e-?\d+)?) *({'|'.join(UNITS)})", text.strip())
    try:
        meters = float(found[1]) * UNITS[found[2]] if found else 0
    except ValueError:
        meters = 0
    if not 0 < meters < math.inf:
        raise ArgumentTypeError(f"give a length with one of the units {' '.join(UNITS)}")
    return meters
