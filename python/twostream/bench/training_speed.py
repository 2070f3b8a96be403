"""Speed of training by real Caffe and by PyTorch, on the same batches."""

import math
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ..caffe_files import prototxt
from ..caffe_files.blobs import weight_shapes
from ..caffe_files.schema import SolverParameter
from ..data import hdf5
from ..nets.generate import write
from ..nets.two_stream import Design, deploy
from ..report import training_log
from ..training.batches import Batches

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
TRAIN = (sys.executable, "-m", "twostream.cli", "train")
ON_GPU = ("tf32", "bf16")
"""Precisions that are faster only on a GPU."""
WARM_UP = 2
"""Number of first iterations that are not timed."""


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
        solver = _write(folder, design or Design(), iterations, batch, gpu)
        yield "reading", _reading_speed(prototxt.read_net(solver.net), batch)
        for name in names:
            command = [*TRAIN, "-solver", str(folder / "solver.prototxt")]
            yield name, batch * _iterations_a_second([*command, *TRAININGS[name]], folder)


def multiplications(design, patch=50):
    """Count the multiplications per patch in training, about three times those of inference.

    Each layer is counted for the forward pass, for the gradients of its weights and for those of
    its inputs; the first layers need no gradients of their inputs.
    """
    sizes = {name: math.prod(shape) for name, (shape, _) in weight_shapes(deploy(design)).items()}
    first = sum(size for name, size in sizes.items() if name.startswith("conv1"))
    return patch * patch * (3 * sum(sizes.values()) - first)


def _write(folder, design, iterations, batch, gpu, patch=50):
    """Write shards, net and solver; return the solver's settings."""
    rng = np.random.default_rng(0)
    for split in ("train", "val"):
        shard = folder / f"{split}.h5"
        hdf5.write_shard(shard, rng.random((3, 8 * batch, 1, patch, patch), dtype=np.float32))
        hdf5.write_list(folder / f"{split}.txt", [shard])
    write(folder, design, str(folder), patch, batch)
    solver = SolverParameter(
        net=str(folder / "train_val.prototxt"),
        type="Adam",
        base_lr=1e-5,
        lr_policy="fixed",
        momentum=0.9,
        max_iter=WARM_UP + iterations,
        display=1,
        snapshot_after_train=False,
        snapshot_prefix=str(folder / "snapshot"),
        solver_mode=SolverParameter.GPU if gpu else SolverParameter.CPU,
    )
    (folder / "solver.prototxt").write_text(prototxt.text(solver))
    return solver


def _reading_speed(net, batch, batches=200):
    layer = next(layer for layer in net.layer if layer.type == "HDF5Data")
    found = Batches(layer, np.random.default_rng(0))
    next(found)
    began = time.perf_counter()
    for _ in range(batches):
        next(found)
    return batches * batch / (time.perf_counter() - began)


def _iterations_a_second(command, folder):
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    (folder / "log").write_text(done.stderr)
    points = training_log.read([folder / "log"]).train
    first, last = points[WARM_UP], points[-2]  # the last iteration has no update
    return (last.iteration - first.iteration) / (last.seconds - first.seconds)
