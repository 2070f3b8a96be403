#!/usr/bin/env python3
"""Write starting weights with which the default net is the plain average of its inputs.

Train from them with: caffe train -solver SOLVER -weights START
"""

from pathlib import Path

from twostream.caffe_files.caffemodel import write_weights
from twostream.cli import parser, run
from twostream.nets import Design, deploy
from twostream.start import average_start


def main(args):
    """Write the caffemodel."""
    design = Design(filters=args.filters, kernel=args.kernel, depth=args.depth)
    write_weights(args.out, deploy(design), average_start(design, args.seed))
    print(args.out)


def arguments():
    """Command line of this tool."""
    p = parser(__doc__)
    p.add_argument("--out", type=Path, default=Path("start.caffemodel"), help="%(default)s")
    p.add_argument("--filters", type=int, default=64, help="%(default)s")
    p.add_argument("--kernel", type=int, default=5, help="%(default)s")
    p.add_argument("--depth", type=int, default=2, help="%(default)s")
    p.add_argument("--seed", type=int, default=2018, help="%(default)s")
    return p


if __name__ == "__main__":
    run(main, arguments())
