"""Measure the largest values of a net's blobs, and write them beside its weights.

The method select then computes the net in 8 bits on a CPU, by ONNX Runtime, which takes little more
than half the time.
"""

from pathlib import Path

from ..engines.calibration import largest_values, ranges_file, ranges_text
from ..io.atomic import atomic_write, check_place
from ..nets.pretrained import files_of
from ..training.validation import batches_of
from . import add_net, parser
from .engine_options import add_engine, engine_of


def main(args):
    """Measure and write the ranges."""
    prototxt, caffemodel = map(Path, files_of(args.weights, args.prototxt))
    out = ranges_file(caffemodel)
    check_place(out)
    batches = batches_of(args.patches)
    largest = largest_values(prototxt, caffemodel, batches, engine_of(args) or "auto")
    with atomic_write(out) as partial:
        partial.write_text(ranges_text(caffemodel, largest))
    print(out)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    add_net(p)
    add_engine(p)
    p.add_argument("--patches", default="data/physical/val.txt", help="shard list (%(default)s)")
    return p
