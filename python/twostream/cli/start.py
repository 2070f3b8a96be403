"""Write initial weights with which a net computes the plain average of its inputs.

With --grow, it computes what a smaller net does. To train from the weights:
caffe train -solver SOLVER -weights START
"""

from pathlib import Path

from ..caffe_files.blobs import check_weights
from ..caffe_files.caffemodel import read_weights, write_weights
from ..caffe_files.prototxt import read_net
from ..nets.initial_weights import average_start, grown_start
from ..nets.two_stream import Design, deploy
from . import parser


def main(args):
    """Write the caffemodel."""
    design = Design(filters=args.filters, kernel=args.kernel, depth=args.depth)
    write_weights(args.out, deploy(design), _start(design, args))
    print(args.out)


def _start(design, args):
    if not args.grow:
        return average_start(design, args.seed)
    prototxt, caffemodel = args.grow
    small = read_weights(caffemodel)
    check_weights(read_net(prototxt), small, prototxt, caffemodel)
    return grown_start(design, small, args.seed)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument("--out", type=Path, default=Path("start.caffemodel"), help="%(default)s")
    p.add_argument(
        "--grow",
        type=Path,
        nargs=2,
        metavar=("DEPLOY", "CAFFEMODEL"),
        help="compute what this net does, which has fewer or smaller filters, not the average",
    )
    p.add_argument("--filters", type=int, default=64, help="%(default)s")
    p.add_argument("--kernel", type=int, default=5, help="%(default)s")
    p.add_argument("--depth", type=int, default=2, help="%(default)s")
    p.add_argument("--seed", type=int, default=2018, help="%(default)s")
    return p
