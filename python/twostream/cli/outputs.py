"""What ``twostream fuse`` writes besides the picture: maps and the recipe; and its advice."""

import math
import re
from argparse import ArgumentTypeError
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Optional

import cv2
import numpy as np

from ..errors import BadInput
from ..fusion.recipe import write_recipe
from ..io import images
from ..io.atomic import check_place
from .recipes import recipe_of

LOSSLESS = (".png", ".tif", ".tiff")
UNITS = {"nm": 1e-9, "um": 1e-6, "µm": 1e-6, "μm": 1e-6, "mm": 1e-3, "cm": 1e-2, "m": 1.0}
"""Unit of a length -> meters; micro has two letters in Unicode."""


_FILES = ("focus_map", "depth_map", "depth_preview", "trust_map", "recipe", "report")


@dataclass(frozen=True)
class Outputs:
    """What is asked for.

    Attributes
    ----------
    focus_map, depth_map, depth_preview, trust_map, recipe, report : Path or None
    z_step : float or None
        Meters from the focus of one frame to that of the next.
    advice : bool
        Whether to say which frames the stack lacks.
    """

    focus_map: Optional[Path] = None
    depth_map: Optional[Path] = None
    depth_preview: Optional[Path] = None
    trust_map: Optional[Path] = None
    recipe: Optional[Path] = None
    report: Optional[Path] = None
    z_step: Optional[float] = None
    advice: bool = False

    @property
    def depth(self):
        """Whether the depth is computed."""
        return bool(self.depth_map or self.depth_preview)


def add_outputs(p):
    """Add the options, which `outputs_of` reads."""
    maps = p.add_argument_group("what is written besides")
    maps.add_argument(
        "--focus-map",
        type=Path,
        metavar="FILE",
        help="number of the picture, from 0, that each pixel comes from: 8 bits, or 16 of more "
        "than 256 pictures; .png or .tif",
    )
    maps.add_argument(
        "--depth-map",
        type=Path,
        metavar="FILE",
        help="the same, smoothed by confidence: .png, 16 bits from the first picture to the last; "
        ".tif, float numbers of pictures, or meters with --z-step",
    )
    maps.add_argument(
        "--z-step", type=_length, metavar="LENGTH", help="between two pictures, such as 5um"
    )
    maps.add_argument("--depth-preview", type=Path, metavar="FILE", help="the depth in colours")
    maps.add_argument(
        "--trust-map",
        type=Path,
        metavar="FILE",
        help="gray 0: the pictures differ by more than focus; 128: none is sharp; 255: the rest",
    )
    maps.add_argument(
        "--report",
        type=Path,
        metavar="HTML",
        help="write a page to compare the sources and the result in a browser",
    )
    maps.add_argument(
        "--recipe", type=Path, metavar="FILE", help="all that `twostream replay` needs, as JSON"
    )


def outputs_of(args):
    """Return the Outputs that the options ask for."""
    names = [field.name for field in fields(Outputs) if field.name != "advice"]
    return Outputs(**{name: getattr(args, name) for name in names}, advice=not args.quiet)


def focus_map_of(outputs, chosen):
    """Path of the focus map: the one asked for, or beside a recipe, which needs it, or None."""
    if outputs.recipe and not outputs.focus_map and chosen.chooses:
        return outputs.recipe.with_suffix(".focus.png")
    return outputs.focus_map


def check(outputs, picture, chosen, count):
    """Check, before a long computation, that all can be made and written.

    Parameters
    ----------
    outputs : Outputs
    picture : Path
        The fused picture, which no other output may be.
    chosen : methods.Method
    count : int
        Number of frames.

    Raises
    ------
    BadInput
    """
    for name in ("focus_map", "depth_map", "depth_preview"):
        if getattr(outputs, name) and not chosen.chooses:
            raise BadInput(
                f"--{name.replace('_', '-')} needs a method that chooses pixels, such as select; "
                f"{chosen.name} mixes them."
            )
    in_meters = outputs.depth_map and _depth_type(outputs.depth_map) == np.float32
    if outputs.z_step and not in_meters:
        raise BadInput("--z-step needs a --depth-map that ends in .tif, which holds meters.")
    focus_map = focus_map_of(outputs, chosen)
    _check_lossless(focus_map, _focus_type(count))
    _check_lossless(outputs.depth_map, _depth_type(outputs.depth_map))
    _check_lossless(outputs.trust_map, np.uint8)
    if outputs.depth_preview:
        images.check_writable(outputs.depth_preview, np.uint8)
    if outputs.report and outputs.report.suffix.lower() not in (".html", ".htm"):
        raise BadInput(f"The report {outputs.report} must end in .html.")
    for path in filter(None, (outputs.recipe, outputs.report)):
        check_place(path)
    others = (getattr(outputs, name) for name in _FILES if name != "focus_map")
    paths = [path.resolve() for path in (picture, focus_map, *others) if path]
    if len(set(paths)) < len(paths):
        raise BadInput("Two outputs have the same path.")


def _check_lossless(path, dtype):
    if path is None:
        return
    if path.suffix.lower() not in LOSSLESS:
        raise BadInput(f"Cannot write {path}: a map must end in one of {' '.join(LOSSLESS)}.")
    images.check_writable(path, dtype)


def _focus_type(count):
    return np.uint8 if count <= 256 else np.uint16


def _depth_type(path):
    return np.uint16 if path and path.suffix.lower() == ".png" else np.float32


def watchers(outputs, count):
    """Make what has to see each frame, see `depth.observed`: by name."""
    from ..depth.agreement import Agreement
    from ..depth.focus_sweep import FocusSweep

    needed = {}
    if outputs.depth or outputs.trust_map or (outputs.advice and count > 2):
        needed["sweep"] = FocusSweep()
    if outputs.trust_map:
        needed["agreement"] = Agreement()
    return needed


def write_besides(outputs, fused, files, frames, chosen, options, looked):
    """Write the maps and the recipe, and give advice.

    Parameters
    ----------
    outputs : Outputs
    fused : tree.Fused
    files : list of io.frame_files.FrameFile
    frames : RegisteredFrames
        Made of the files.
    chosen : methods.Method
    options : dict
        Of the method.
    looked : dict
        As `watchers` made it, after the fusion.

    Returns
    -------
    str or None
        The advice.
    """
    focus_map, sweep = focus_map_of(outputs, chosen), looked.get("sweep")
    if focus_map:
        images.write(focus_map, fused.source.astype(_focus_type(len(frames))))
    if outputs.depth:
        _write_depth(outputs, fused, frames, sweep)
    if outputs.recipe:
        recipe = recipe_of(files, frames, chosen, options, focus_map, outputs.recipe.parent)
        write_recipe(outputs.recipe, recipe)
    return _trust(outputs, fused, frames, **looked) if sweep else None


def _trust(outputs, fused, frames, sweep, agreement=None):
    """Write the trust map and return the advice."""
    from ..depth.advice import advice
    from ..depth.confidence_map import confidence_map
    from ..depth.gaps import find_gaps

    gaps = find_gaps(sweep)
    if outputs.trust_map:
        shape = fused.picture.shape[:2]
        images.write(outputs.trust_map, confidence_map(gaps.unsharp, agreement.differ, shape))
    return advice(gaps, [Path(frames.name(number)).name for number in range(len(frames))])


def _write_depth(outputs, fused, frames, sweep):
    from ..depth.depth_map import depth_map

    depth = depth_map(fused.source, sweep, fused.picture, frames.white)
    share = depth / max(len(frames) - 1, 1)
    if outputs.depth_map and _depth_type(outputs.depth_map) == np.uint16:
        images.write(outputs.depth_map, np.rint(share * 65535).astype(np.uint16))
    elif outputs.depth_map:
        images.write(outputs.depth_map, depth * np.float32(outputs.z_step or 1))
    if outputs.depth_preview:
        gray = np.rint(share * 255).astype(np.uint8)
        colours = cv2.applyColorMap(gray, cv2.COLORMAP_VIRIDIS)
        images.write(outputs.depth_preview, cv2.cvtColor(colours, cv2.COLOR_BGR2RGB))


def _length(text):
    found = re.fullmatch(rf"([\d.]+(?:e-?\d+)?) *({'|'.join(UNITS)})", text.strip())
    try:
        meters = float(found[1]) * UNITS[found[2]] if found else 0
    except ValueError:
        meters = 0
    if not 0 < meters < math.inf:
        raise ArgumentTypeError(f"a length with one of the units {' '.join(UNITS)}")
    return meters
