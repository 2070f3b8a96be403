"""Measure the PSNR of a net, and of the plain average, on the validation patches of a dataset."""

from ..engines import NEEDS, load
from ..nets.pretrained import files_of
from ..training.validation import validate
from . import add_net, parser


def main(args):
    """Validate the net and print one line."""
    net = load(*files_of(args.weights, args.prototxt), args.engine)
    print(validate(net, args.patches).summary())


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    add_net(p)
    p.add_argument("--engine", choices=("auto", *NEEDS), default="auto", help="%(default)s")
    p.add_argument("--patches", default="data/two_stream/val.txt", help="shard list (%(default)s)")
    return p
