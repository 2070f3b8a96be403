"""The log of a training in the words of Caffe, so that programs that read Caffe's read it."""

import os
import sys
from datetime import datetime

from tqdm import tqdm


def write(source, text):
    """Write a line to stderr with glog's stamp, above a progress bar if there is one.

    Parameters
    ----------
    source : str
        File and line of Caffe that says this, such as ``solver.cpp:239``.
    text : str
    """
    now = datetime.now()
    stamp = f"I{now:%m%d %H:%M:%S}.{now.microsecond:06d} {os.getpid():5d} {source}]"
    tqdm.write(f"{stamp} {text}", file=sys.stderr)


def silent(source, text):
    """Write nothing: one process of several is enough."""


def outputs(write_line, source, phase, values, weights):
    """Write the outputs of a net, with their part of the loss.

    Parameters
    ----------
    write_line : callable
        `write` or `silent`.
    source : str
    phase : str
        ``Train`` or ``Test``.
    values, weights : dict of str to float
        By blob: its value, and its weight in the loss (0 or missing if it is none).
    """
    for number, (name, value) in enumerate(values.items()):
        weight, part = weights.get(name, 0), ""
        if weight:
            part = f" (* {weight:g} = {weight * value:g} loss)"
        write_line(source, f"    {phase} net output #{number}: {name} = {value:g}{part}")
