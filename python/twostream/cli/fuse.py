"""Fuse photographs of one scene, focused at different depths, into one all-in-focus photograph.

The pictures must be registered and have the same size and bit depth: gray or colour, 8 or 16 bits
or float, as PNG, JPEG, TIFF or BMP. The result has the depth and colour of the sources (as JPEG
8 bits), and the metadata of the first: camera, place, colour profile, resolution.
"""

import time
from argparse import ArgumentTypeError
from pathlib import Path

import numpy as np

from ..engines import engine_name
from ..errors import BadInput
from ..fusion.frames import Frames
from ..fusion.prepared import Prepared
from ..io import images
from ..io.frames import frames_of
from ..methods import METHODS, method
from ..report.html.fusion_report import fusion_report
from . import add_net, parser
from .engine_options import add_engine, engine_of

OPTIONS = ("engine", "weights", "prototxt", "tile")
"""Command-line options that only some methods have."""


def main(args):
    """Fuse one set of pictures and print a one-line summary."""
    if args.report:
        _check_report(args.report)
    summary = fuse_set(args, args.report)
    if not args.quiet:
        print(summary)


def _check_report(path):
    """Check, before a long computation, that no picture is overwritten and the folder exists."""
    if path.suffix.lower() not in (".html", ".htm"):
        raise BadInput(f"The report {path} must end in .html.")
    if not path.parent.is_dir():
        raise BadInput(f"Cannot write {path}: the folder {path.parent} does not exist.")


def fuse_set(args, report=None):
    """Read, fuse and write one set of pictures.

    Parameters
    ----------
    args : argparse.Namespace
        What the parser of `arguments` gives.
    report : Path, optional
        HTML file of a report on the fusion.

    Returns
    -------
    str
        A summary of one line.
    """
    began = time.perf_counter()
    chosen = method(args.method)
    options = _options(args, chosen)
    files = frames_of(args.sources, args.convert_profile, args.max_megapixels)
    metadata = images.read_metadata(files[0].path)
    frames = Prepared(Frames(files))
    sample = images.reduced_for(args.output, np.empty(1, frames.dtype))
    images.check_writable(args.output, sample.dtype)
    result = chosen.fuse_frames(frames, **options)
    fused = result.picture
    fused = images.reduced_for(args.output, fused if fused.shape[2] == 3 else fused[..., 0])
    images.write(args.output, fused, metadata=metadata)
    seconds = time.perf_counter() - began
    summary = _summary(args, len(frames), fused, options.get("engine"), seconds)
    if report:
        named = ((Path(frames.name(n)).name, frame) for n, frame in enumerate(frames))
        fusion_report(report, named, result.picture, result.source, [summary])
    return summary


def _options(args, chosen):
    """Options for the method: those given, and its engine and progress bar."""
    options = {name: getattr(args, name) for name in OPTIONS if getattr(args, name) is not None}
    chosen.check_options(options)
    if "engine" in chosen.options:
        options["engine"] = engine_of(args) or engine_name("auto")
    elif args.gpu is not None:
        raise BadInput(f"The method {chosen.name} runs no network, so --gpu is not for it.")
    if "progress" in chosen.options:
        options["progress"] = not args.quiet
    return options


def _summary(args, count, fused, engine, seconds):
    height, width = fused.shape[:2]
    kind = f"{'gray' if fused.ndim == 2 else 'colour'} {fused.dtype}"
    how = f"method {args.method}" + (f", engine {engine}" if engine else "")
    return (
        f"{args.output}: {count} pictures of {width}x{height} ({kind}) "
        f"fused by {how}, in {seconds:.1f} s."
    )


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument(
        "sources",
        nargs="+",
        metavar="PICTURE",
        type=Path,
        help="two or more, or TIFF files whose pages are a stack",
    )
    p.add_argument("-o", "--output", type=Path, required=True, help="the fused picture")
    add_options(p)
    p.add_argument(
        "--report",
        type=Path,
        metavar="HTML",
        help="write a page to compare the sources and the result in a browser",
    )
    p.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    return p


def add_options(p):
    """Add the options that say how a set of pictures is fused."""
    p.add_argument(
        "--method",
        metavar="NAME",
        default="select",
        help="select: copy pixels from the source that the network finds in focus, and take its "
        "estimate near borders between the two (default); two_stream: the network's output, as in "
        f"the paper; or a method to compare with: {', '.join(_compared())}",
    )
    p.add_argument(
        "--convert-profile",
        action="store_true",
        help="convert pictures with another colour profile to that of the first (refused)",
    )
    p.add_argument(
        "--max-megapixels",
        type=_megapixels,
        metavar="N",
        help="read pictures that declare up to N megapixels, also where their files seem far too "
        "short for that (268, and at most 300 bytes of pixels for each byte of the file)",
    )
    nets = p.add_argument_group("only for methods that run a network")
    add_engine(nets)
    add_net(nets)
    nets.add_argument("--tile", type=_tile, help="side of a tile in pixels, limits memory (384)")


def _compared():
    return [name for name in METHODS if name not in ("select", "two_stream")]


def _megapixels(text):
    if not text.isdigit() or not 0 < int(text) < 10**6:
        raise ArgumentTypeError("a whole number of megapixels")
    return int(text) * 10**6


def _tile(text):
    if not text.isdigit() or int(text) < 16:
        raise ArgumentTypeError("a tile has at least 16 pixels per side")
    return int(text)
