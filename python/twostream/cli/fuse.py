"""Fuse photographs of one scene, focused at different depths, into one all-in-focus photograph.

The pictures must have the same size and bit depth: gray or colour, 8 or 16 bits or float, as PNG,
JPEG, TIFF or BMP. Those that do not lie on each other are aligned. The result has the depth and
colour of the sources (as JPEG 8 bits), and the metadata of the first: camera, place, colour
profile, resolution.
"""

import time
from argparse import ArgumentTypeError
from pathlib import Path

import numpy as np

from ..alignment.alignment import MODELS
from ..alignment.registered import register
from ..depth.observed import ObservedFrames
from ..engines import engine_name
from ..fusion.frames import Frames
from ..io import images
from ..io.frame_files import list_frames
from ..methods import METHODS, method
from ..report.html.fusion_report import fusion_report
from . import add_net, parser
from .engine_options import add_engine, engine_for
from .memory import add_memory, begin, fitted, limit_of
from .outputs import Outputs, add_outputs, check, outputs_of, watchers, write_besides
from .sources import pictures_of

OPTIONS = ("engine", "weights", "prototxt", "tile")
"""Command-line options that only some methods have."""


def main(args):
    """Fuse one set of pictures and print a one-line summary."""
    summary = fuse_set(args, outputs_of(args))
    if not args.quiet:
        print(summary)


def fuse_set(args, outputs=None):
    """Read, fuse and write one set of pictures.

    Parameters
    ----------
    args : argparse.Namespace
        What the parser of `arguments` gives.
    outputs : Outputs, optional
        What is to be written besides.

    Returns
    -------
    str
        A summary of one line, and more for advice and for each picture that is left out.
    """
    began = time.perf_counter()
    outputs = outputs or Outputs()
    chosen = method(args.method)
    options = _options(args, chosen)
    limit = limit_of(args, chosen, options)
    sources = pictures_of(args.sources, args.output)
    files = list_frames(sources, args.convert_profile, args.max_megapixels)
    metadata = images.read_metadata(files[0].path)
    every = Frames(files)
    begin(every, limit)
    sample = images.reduced_for(args.output, np.empty(1, every.dtype))
    images.check_writable(args.output, sample.dtype)
    check(outputs, args.output, chosen, len(every))
    frames, alignment = register(every, args.align, args.level, args.keep_frame, args.skip_bad)
    files = [files[number] for number in alignment.numbers]
    looking = watchers(outputs, len(frames))
    results = {"watched": bool(looking), "depth": outputs.depth, "report": bool(outputs.report)}
    with fitted(frames, limit, chosen, options, **results) as options:
        fused = chosen.fuse_frames(ObservedFrames(frames, looking.values()), **options)
    picture = flat(args.output, fused.picture)
    images.write(args.output, picture, metadata=metadata)
    lines = [f"{every.name(n)} does not fit and is left out." for n in alignment.left_out]
    advice = write_besides(outputs, fused, files, frames, chosen, options, looking)
    lines += [advice] if advice else []
    seconds = time.perf_counter() - began
    said = _summary(args, len(frames), picture, options.get("engine"), alignment)
    lines = [f"{said}, in {seconds:.1f} s.", *lines]
    if outputs.report:
        named = ((Path(frames.name(n)).name, frame) for n, frame in enumerate(frames))
        fusion_report(outputs.report, named, fused.picture, fused.source, lines)
    return "\n".join(lines)


def flat(path, picture):
    """Picture, H x W x C, as it is written there: gray as H x W, and for JPEG with 8 bits."""
    return images.reduced_for(path, picture if picture.shape[2] == 3 else picture[..., 0])


def _options(args, chosen):
    """Options for the method: those given, and its engine and progress bar."""
    options = {name: getattr(args, name) for name in OPTIONS if getattr(args, name) is not None}
    chosen.check_options(options)
    options.update(engine_for(chosen, args))
    if "progress" in chosen.options:
        options["progress"] = not args.quiet
    return options


def _summary(args, count, fused, engine, alignment):
    height, width = fused.shape[:2]
    kind = f"{'gray' if fused.ndim == 2 else 'colour'} {fused.dtype}"
    how = f"method {args.method}" + (f", engine {engine_name(engine)}" if engine else "")
    said = f"{args.output}: {count} pictures of {width}x{height} ({kind}) fused by {how}"
    if args.align == "none":
        return said
    moved = f"aligned by up to {alignment.shift:.1f} pixels"
    return f"{said}, {moved if alignment.shift else 'already aligned'}"


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument(
        "sources",
        nargs="+",
        metavar="PICTURE",
        type=Path,
        help="two or more, TIFF files whose pages are a stack, or a folder with its pictures",
    )
    p.add_argument("-o", "--output", type=Path, required=True, help="the fused picture")
    add_options(p)
    add_outputs(p)
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
    add_reading(p)
    _add_alignment(p)
    nets = p.add_argument_group("only for methods that run a network")
    add_engine(nets)
    add_net(nets, "those of the method")
    nets.add_argument(
        "--tile", type=_tile, help="side of a tile in pixels, limits memory (384; in select 512)"
    )
    add_memory(nets)


def add_reading(p):
    """Add the options that say how pictures are read."""
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


def _add_alignment(p):
    group = p.add_argument_group("how the pictures are laid onto each other")
    group.add_argument(
        "--align",
        choices=MODELS,
        default="auto",
        help="move pictures that do not lie as the middle one does: by shifts, by shifts, turns "
        "and scales (similarity), or as a plane seen from elsewhere (homography). auto, the "
        "default, takes a similarity, or a homography where that fits much better; it leaves what "
        "lies within half a pixel",
    )
    group.add_argument(
        "--level", action="store_true", help="level exposure and white balance (left as they are)"
    )
    group.add_argument(
        "--keep-frame",
        action="store_true",
        help="keep all that the middle picture shows (cropped to what all of them show)",
    )
    group.add_argument(
        "--skip-bad",
        action="store_true",
        help="leave out pictures that do not fit the others (an error)",
    )


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
