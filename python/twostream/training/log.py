"""Training log in the format of Caffe's, for programs that parse it."""

import os
import sys
from datetime import datetime

from tqdm import tqdm


def write(source, text):
    """Write a line with a glog prefix to stderr, above the progress bar if there is one.

    `source` is the source file and line in Caffe that logs this, such as ``solver.cpp:239``.
    """
    now = datetime.now()
    stamp = f"I{now:%m%d %H:%M:%S}.{now.microsecond:06d} {os.getpid():5d} {source}]"
    tqdm.write(f"{stamp} {text}", file=sys.stderr)


def silent(source, text):
    """Write nothing; all processes but one use this."""


def outputs(write_line, source, phase, values, weights):
    """Write the outputs of a net, with their contributions to the loss.

    `write_line` is `write` or `silent`; the phase is ``Train`` or ``Test``; `weights` gives the
    weight of each blob in the loss, 0 or missing if it is not a loss.
    """
    for number, (name, value) in enumerate(values.items()):
        weight, part = weights.get(name, 0), ""
        if weight:
            part = f" (* {weight:g} = {weight * value:g} loss)"
        write_line(source, f"    {phase} net output #{number}: {name} = {value:g}{part}")
