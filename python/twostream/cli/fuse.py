"""Fuse photographs of one scene, focused at different depths, into one sharp all over.

The pictures must be registered and of one size and depth. Gray and colour, 8 and 16 bit and
float; PNG, JPEG, TIFF, BMP. The result has the depth and colour of the sources.
"""

import time
from argparse import ArgumentTypeError
from pathlib import Path

from ..engines import NEEDS, choose
from ..fusion.two_stream import MODES, fuse
from ..io import images
from ..methods import METHODS, method
from . import add_net, parser


def main(args):
    """Read, fuse, write, and say in one line what was done."""
    began = time.perf_counter()
    rival = method(args.method) if args.method else None
    engine = choose(args.engine)
    sources = [images.read(path) for path in args.sources]
    images.check_writable(args.output, sources[0].dtype)
    fused = rival.fuse(sources) if rival else _fuse(sources, args, engine)
    images.write(args.output, fused)
    if not args.quiet:
        how = f"method {rival.name}" if rival else f"mode {args.mode}, engine {engine}"
        print(_summary(args, fused, how, time.perf_counter() - began))


def _fuse(sources, args, engine):
    return fuse(
        sources, args.mode, engine, args.weights, args.prototxt, args.tile, progress=not args.quiet
    )


def _summary(args, fused, how, seconds):
    height, width = fused.shape[:2]
    kind = f"{'gray' if fused.ndim == 2 else 'colour'} {fused.dtype}"
    return (
        f"{args.output}: {len(args.sources)} pictures of {width}x{height} ({kind}) "
        f"fused by {how}, in {seconds:.1f} s."
    )


def arguments():
    """Command line of this tool."""
    p = parser(__doc__)
    p.add_argument("sources", nargs="+", metavar="PICTURE", type=Path, help="two or more")
    p.add_argument("-o", "--output", type=Path, required=True, help="the fused picture")
    p.add_argument(
        "--mode",
        choices=tuple(MODES),
        default="select",
        help="select: pixels copied from the source that the network finds sharp, blended only "
        "near borders between the two (default); "
        "network: the network's own output, as in the paper",
    )
    p.add_argument("--method", metavar="NAME", help=f"another method instead: {', '.join(METHODS)}")
    p.add_argument("--engine", choices=("auto", *NEEDS), default="auto", help="%(default)s")
    add_net(p)
    p.add_argument("--tile", type=_tile, default=384, help="tile side, bounds memory (%(default)s)")
    p.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    return p


def _tile(text):
    if not text.isdigit() or int(text) < 16:
        raise ArgumentTypeError("a tile has at least 16 pixels a side")
    return int(text)
