"""Fuse another channel, light or time point of a scene as its frames were fused before.

The record is a file of `twostream fuse --record`. Each frame is warped with the recorded transform
of its number, and each pixel comes from the recorded frame. Near depth boundaries the network
estimates the new pixels, as in any fusion. With the same engine, the same frames give exactly the
same image.
"""

from pathlib import Path

from ..stacking.outputs import Outputs
from ..stacking.replay import replay
from . import add_output, parser
from .engine_options import add_engine
from .fuse import add_memory, add_reading, options_of


def main(args):
    """Fuse the frames and print a summary and warnings."""
    outputs = Outputs(args.output)
    how = (not args.no_gains, args.trust_record)
    result = replay(args.record, args.sources, options_of(args), outputs, *how)
    if not args.quiet:
        print(
            f"{args.output}: as recorded in {args.record}, {result.summary}",
            *result.warnings,
            sep="\n",
        )


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument("record", metavar="RECORD", type=Path, help="read this JSON file")
    p.add_argument(
        "sources",
        nargs="+",
        metavar="FRAME|DIR",
        type=Path,
        help="give as many frames as were fused, in the same order; a folder is ordered by name",
    )
    add_output(p, "write the fused image here", required=True)
    p.add_argument("--no-gains", action="store_true", help="ignore the gains of the record")
    p.add_argument(
        "--trust-record",
        action="store_true",
        help="accept a focus map, weights and a net outside the record's folder, and weights that "
        "have changed since (default: stop with an error)",
    )
    add_reading(p)
    nets = p.add_argument_group("only for methods that run a network")
    add_engine(nets)
    add_memory(nets)
    p.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    return p
