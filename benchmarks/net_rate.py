"""Rate of the nets alone on the CPU, as a share of a core's rate of matrix products.

Usage: python -m benchmarks.net_rate WEIGHTS ...
"""

import importlib
import json
import os
import subprocess
import sys
import time

import numpy as np

from twostream.caffe_files import blobs
from twostream.engines import read
from twostream.nets.pretrained import files_of

NETS = ("fast", "wide", "multiscale", "colour")
"""Weights of the timed nets: the smallest, that of `two_stream`, that of `select`, and its faster
alternative."""


PRODUCT = 1024
"""Side of the square float32 matrices that numpy multiplies (sgemm)."""


ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Environment that a process reads when it imports its libraries."""


def net_rates(names=NETS):
    """Measure the rates of nets on one thread, in a process of its own.

    Returns
    -------
    dict of str to list
        Name of weights -> result of `net_rate`.
    """
    command = [sys.executable, "-m", __name__, *names]
    environment = {**os.environ, **ONE_THREAD}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def net_rate(weights, side=512, repeats=5):
    """Measure the rate of a net in ONNX Runtime on a gray pair, and that of matrix products.

    The time is CPU time, which other work on the machine hardly changes. With more than one thread
    it includes the time in which threads wait for each other.

    Parameters
    ----------
    weights : str
        Name of shipped weights.
    side : int
        Side of the pictures in pixels.
    repeats : int
        Number of timed runs of either; the fastest counts.

    Returns
    -------
    seconds : float
        CPU time of one run of the net.
    rate : float
        Multiply-accumulates of its convolutions per second.
    product_rate : float
        Multiply-accumulates of numpy's product of two matrices per second.
    """
    net, values = read(*files_of(weights))
    net = blobs.with_inputs(net, (side, side))
    runner = _onnx().Net(net, values)
    rng = np.random.default_rng(0)
    shape = net.layer[0].input_param.shape[0].dim
    pair = {name: rng.random(shape, dtype=np.float32) for name in runner.inputs}
    a = rng.random((PRODUCT, PRODUCT), dtype=np.float32)
    works = (lambda: runner.forward(**pair), lambda: [a @ a for _ in range(4)])
    turns = [[_seconds(work) for work in works] for _ in range(1 + repeats)]
    net_seconds, product_seconds = map(min, zip(*turns))
    return (
        net_seconds,
        blobs.multiply_accumulates(net) / net_seconds,
        4 * PRODUCT**3 / product_seconds,
    )


def on_gpu():
    """Return whether ONNX Runtime would run a net on a GPU, where numpy's rate is no reference."""
    return _onnx().on_gpu()


def _onnx():
    # It needs a newer Python than Debian bullseye's.
    return importlib.import_module("twostream.engines.onnx")


def _seconds(work):
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    print(json.dumps({name: net_rate(name) for name in sys.argv[1:]}))
