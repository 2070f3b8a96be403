"""Measure the PSNR of a net, and of the plain average, on the validation patches of a dataset."""

from ..engines import load
from ..nets.pretrained import files_of
from ..training.validation import validate
from . import add_net, parser
from .engine_options import add_engine, engine_of


def main(args):
    """Validate the net and print one line."""
    net = load(*files_of(args.weights, args.prototxt), engine_of(args) or "auto")
    print(validate(net, args.patches).summary())


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    add_net(p)
    add_engine(p)
    p.add_argument("--patches", default="data/two_stream/val.txt", help="shard list (%(default)s)")
    return p
