#!/usr/bin/env python3
"""Train a net by real Caffe, with its own flags, after a check of everything that it needs.

    python tools/train.py -solver solver/two_stream_cpu.prototxt 2>&1 | tee training.log

Ctrl-C lets Caffe write a snapshot and stop; -snapshot goes on from there.
"""

import sys
from pathlib import Path

from twostream import training
from twostream.cli import parser, run

CAFFE = Path(__file__).resolve().with_name("caffe")


def main(args):
    """Check, train, and end with Caffe's exit code."""
    training.check(args.solver, args.snapshot, args.weights)
    flags = {name: value for name, value in vars(args).items() if value}
    sys.exit(training.run([str(CAFFE), "train", *(f"-{n}={v}" for n, v in flags.items())]))


def arguments():
    """Command line of this tool."""
    p = parser(__doc__)
    p.add_argument("-solver", "--solver", required=True, help="solver prototxt")
    p.add_argument("-snapshot", "--snapshot", help="solverstate to go on from")
    p.add_argument("-weights", "--weights", help="caffemodel to start from (several: a,b)")
    return p


if __name__ == "__main__":
    run(main, arguments())
