#!/usr/bin/env python3
"""Measure a net on the validation patches of `make dataset`: PSNR beside the plain average's."""

from twostream.cli import add_net, parser, run
from twostream.engines import NEEDS, load
from twostream.nets.pretrained import files_of
from twostream.training.validation import validate


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


if __name__ == "__main__":
    run(main, arguments())
