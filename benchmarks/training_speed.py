"""Speed of training by real Caffe and by PyTorch, on the same batches."""

import math
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from twostream.caffe_files import prototxt
from twostream.caffe_files.blobs import weight_shapes
from twostream.nets.two_stream import Design, deploy
from twostream.training.batches import Batches

from .short_training import TRAIN, WARM_UP, iterations_a_second, run, write_training

TRAININGS = {
    "real Caffe": ("--engine", "caffe"),
    "PyTorch, float32": ("--engine", "torch"),
    "PyTorch, channels last": ("--engine", "torch", "--channels-last"),
    "PyTorch, tf32, channels last": (
        *("--engine", "torch", "--precision", "tf32", "--channels-last", "--compile"),
    ),
    "PyTorch, bf16, channels last": (
        *("--engine", "torch", "--precision", "bf16", "--channels-last", "--compile"),
    ),
}
"""Name -> options of the command `TRAIN`."""
ON_GPU = ("tf32", "bf16")
"""Precisions that are faster only on a GPU."""


def training_speeds(names, design=None, iterations=8, batch=16, gpu=False):
    """Train for a few iterations with each set of options.

    Parameters
    ----------
    names : iterable of str
        Names from `TRAININGS`.
    design : Design, optional
    iterations, batch : int
    gpu : bool

    Yields
    ------
    name : str
        First ``reading``, which only reads batches, then each of `names`.
    speed : float
        Patches per second.
    """
    with TemporaryDirectory() as folder:
        folder = Path(folder)
        patches = np.random.default_rng(0).random((3, 8 * batch, 1, 50, 50), dtype=np.float32)
        design, iterations = design or Design(), WARM_UP + iterations
        solver = write_training(folder, patches, design, batch, iterations, gpu)
        yield "reading", _reading_speed(prototxt.read_net(solver.net), batch)
        for name in names:
            command = [*TRAIN, "-solver", str(folder / "solver.prototxt")]
            log = run([*command, *TRAININGS[name]], folder)
            yield name, batch * iterations_a_second(log)


def multiply_accumulates(design, patch=50):
    """Count the multiply-accumulates per patch in training, about three times those of inference.

    Each layer is counted for the forward pass, for the gradients of its weights and for those of
    its inputs; the first layers need no gradients of their inputs.
    """
    sizes = {name: math.prod(shape) for name, (shape, _) in weight_shapes(deploy(design)).items()}
    first = sum(size for name, size in sizes.items() if name.startswith("conv1"))
    return patch * patch * (3 * sum(sizes.values()) - first)


def _reading_speed(net, batch, batches=200):
    layer = next(layer for layer in net.layer if layer.type == "HDF5Data")
    found = Batches(layer, np.random.default_rng(0))
    next(found)
    began = time.perf_counter()
    for _ in range(batches):
        next(found)
    return batches * batch / (time.perf_counter() - began)
