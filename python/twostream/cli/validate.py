"""Measure a net on the validation patches of `make dataset`: PSNR beside the plain average's."""

from ..engines import NEEDS, load
from ..nets.pretrained import files_of
from ..training.validation import validate
from . import add_net, parser


def main(args):
    """Print one line."""
    net = load(*files_of(args.weights, args.prototxt), args.engine)
    print(validate(net, args.patches).summary())


def arguments():
    """Command line of this tool."""
    p = parser(__doc__)
    add_net(p)
    p.add_argument("--engine", choices=("auto", *NEEDS), default="auto", help="%(default)s")
    p.add_argument("--patches", default="data/two_stream/val.txt", help="shards (%(default)s)")
    return p
