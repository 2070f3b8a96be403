"""Fuse photographs of one scene, focused at different depths, into one all-in-focus photograph.

The frames must have the same size and bit depth: gray or colour, 8 or 16 bits or float. They are
PNG, JPEG, TIFF, BMP or WebP files or, with an extra package, AVIF, HEIC, JPEG XL or raw files.
Frames are registered first where they need it. The result has the bit depth and colour of the
frames (JPEG: 8 bits), and the metadata of the first frame: camera, place, profile, resolution.
"""

import re
from argparse import ArgumentTypeError
from pathlib import Path

from ..alignment.alignment import MODELS
from ..errors import BadInput
from ..fusion.select import PREFERENCES
from ..methods import METHODS
from ..stacking.channels import ALL, stack_channels
from ..stacking.options import LEVELS, SMALLEST_TILE, UNITS, StackOptions, size_in_bytes
from ..stacking.outputs import fused_name
from ..stacking.pipeline import run
from ..stacking.retouching import read_strokes
from ..stacking.sources import expand_folders
from . import add_net, add_output, number, parser
from .engine_options import add_engine, given_engine
from .outputs import add_outputs, outputs_of


def main(args):
    """Fuse one stack and print a summary, warnings and advice."""
    args.output = args.output or _output(args)
    outputs = outputs_of(args)
    options = options_of(args, maps=outputs.maps, advice=not args.quiet)
    if args.channel is not None:
        return _fuse_channels(args, outputs, options)
    result = run(args.sources, options, outputs)
    lines = [f"{args.output}: {result.summary}", *result.warnings]
    if outputs.report:
        from ..report.html.fusion_report import fusion_report

        fusion_report(outputs.report, result, lines, outputs.maps)
    if not args.quiet:
        print(*lines, sep="\n")


def _output(args):
    """Name the result after the first frame."""
    first = expand_folders(args.sources[:1])[0]
    if args.channel is None:
        return Path(fused_name(first))
    return Path(f"{re.sub(r'.ome$', '', first.stem, flags=re.IGNORECASE)}_fused.ome.tif")


def _fuse_channels(args, outputs, options):
    """Fuse a file with channels and time points, and print a summary and warnings."""
    for name in vars(outputs):
        if name != "image" and getattr(outputs, name):
            option = f"--{name.replace('_', '-')}"
            raise BadInput(f"{option} cannot be written with --channel. Leave one of them out.")
    if len(args.sources) != 1 or args.sources[0].is_dir():
        raise BadInput("--channel takes one TIFF file, which holds all channels and frames.")
    lines = stack_channels(args.sources[0], outputs.image, args.channel, options)
    if not args.quiet:
        print(*lines, sep="\n")


def _channel(text):
    if not text.isdecimal() and text != ALL:
        raise ArgumentTypeError(f"give the number of a channel, from 0, or {ALL}")
    return text if text == ALL else int(text)


def options_of(args, **more):
    """Make StackOptions of the options that `add_options` has added."""
    names = {"method", "weights", "prototxt", "tile", "memory", "prefer"}
    names |= {"align", "level", "keep_frame", "skip_bad", "convert_profile", "max_megapixels"}
    names |= {"dark", "flat"}
    values = {name: getattr(args, name) for name in names if hasattr(args, name)}
    if getattr(args, "reference", None):
        values["reference"] = args.reference - 1
    if getattr(args, "retouch", None):
        values["strokes"] = read_strokes(args.retouch)
    return StackOptions(**values, engine=given_engine(args), progress=not args.quiet, **more)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument(
        "sources",
        nargs="+",
        metavar="FRAME",
        type=Path,
        help="give two or more image files, TIFF files whose pages are a stack, or a folder",
    )
    add_output(p, "write the fused image here (default: <first frame>_fused in the current folder)")
    p.add_argument(
        "--channel",
        type=_channel,
        metavar="N|all",
        help="fuse all channels of an OME-TIFF or ImageJ file with the decision on channel N, from "
        "0, or on their mean, and write an OME-TIFF",
    )
    p.add_argument(
        "--retouch",
        type=Path,
        metavar="FILE",
        help="apply the strokes of a record, or of a JSON file of strokes, to the result",
    )
    add_options(p)
    add_outputs(p)
    p.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    return p


def add_options(p):
    """Add the options of the fusion, which `options_of` reads."""
    p.add_argument(
        "--method",
        metavar="NAME",
        default="select",
        help="fuse with this method: select, the paper's network two_stream or, for comparison, "
        f"{', '.join(_compared())} (default: %(default)s)",
    )
    add_reading(p)
    _add_alignment(p)
    nets = p.add_argument_group("only for methods that run a network")
    add_engine(nets)
    add_net(nets, "those of the method")
    nets.add_argument(
        "--tile",
        type=_tile,
        metavar="N",
        help="set the side of a tile in pixels (default: 512 for select, 384 for two_stream)",
    )
    nets.add_argument(
        "--prefer",
        choices=PREFERENCES,
        help="prefer the earlier (near) or the later frame (far) where two are similarly sharp, "
        "for frames ordered from near to far (default: neither)",
    )
    add_memory(nets)


def add_reading(p):
    """Add the options for reading frames."""
    p.add_argument(
        "--convert-profile",
        action="store_true",
        help="convert frames with another colour profile to that of the first (default: stop with "
        "an error)",
    )
    p.add_argument(
        "--dark",
        type=Path,
        metavar="FILE",
        help="subtract this dark frame from each frame, and fill the hot pixels that it shows",
    )
    p.add_argument(
        "--flat",
        type=Path,
        metavar="FILE",
        help="divide each frame by this flat field: a photograph of an evenly lit surface",
    )
    p.add_argument(
        "--max-megapixels",
        type=number,
        metavar="N",
        help="refuse images larger than N megapixels (default: 268, and at most 300 bytes of "
        "pixels per byte of the file)",
    )


def add_memory(p):
    """Add the option --memory."""
    p.add_argument(
        "--memory",
        type=_size,
        metavar="SIZE",
        help="limit the peak memory, such as 1GB, by smaller tiles, fewer threads and fewer cached "
        "frames (default: no limit)",
    )


def _add_alignment(p):
    group = p.add_argument_group("registration and exposure")
    group.add_argument(
        "--align",
        choices=MODELS,
        default="auto",
        help="register frames to the middle one with this transform; local adds dense optical "
        "flow; auto chooses, and does not warp frames within half a pixel (default: auto)",
    )
    group.add_argument(
        "--reference",
        type=number,
        metavar="N",
        help="register frames to the frame of this number, from 1 (default: the middle one)",
    )
    group.add_argument(
        "--level",
        choices=LEVELS,
        nargs="?",
        const="auto",
        default="auto",
        help="match exposure and white balance of the frames where they differ (default: auto)",
    )
    group.add_argument(
        "--keep-frame",
        action="store_true",
        help="keep the whole field of the middle frame (default: crop to what all frames show)",
    )
    group.add_argument(
        "--skip-bad",
        action="store_true",
        help="leave out frames that do not fit the others (default: stop with an error)",
    )


def _compared():
    return [name for name in METHODS if name not in ("select", "two_stream")]


def _tile(text):
    if not text.isdigit() or int(text) < SMALLEST_TILE:
        raise ArgumentTypeError(f"give a tile of at least {SMALLEST_TILE} pixels per side")
    return int(text)


def _size(text):
    try:
        return size_in_bytes(text)
    except BadInput:
        raise ArgumentTypeError(f"give a number with one of the units {' '.join(UNITS)}") from None
