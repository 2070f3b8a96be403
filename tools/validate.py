#!/usr/bin/env python3
"""Measure a net on the validation patches of `make dataset`: PSNR beside the plain average's."""

from pathlib import Path

from twostream.cli import parser, run
from twostream.engines import NEEDS, load
from twostream.shipped import SHIPPED_NET, SHIPPED_WEIGHTS
from twostream.validation import validate


def main(args):
    """Print one line."""
    net = load(args.prototxt, args.weights, args.engine)
    print(validate(net, args.patches).summary())


def arguments():
    """Command line of this tool."""
    p = parser(__doc__)
    p.add_argument("--prototxt", type=Path, default=SHIPPED_NET, help="deploy net")
    p.add_argument("--weights", type=Path, default=SHIPPED_WEIGHTS, help="caffemodel")
    p.add_argument("--engine", choices=("auto", *NEEDS), default="auto", help="%(default)s")
    p.add_argument("--patches", default="data/two_stream/val.txt", help="shards (%(default)s)")
    return p


if __name__ == "__main__":
    run(main, arguments())
