"""A training of a few iterations, from patches to its solver file."""

import subprocess
import sys
from pathlib import Path

from twostream.caffe_files import prototxt
from twostream.caffe_files.schema import SolverParameter
from twostream.data import hdf5
from twostream.nets.generate import write
from twostream.report import training_log

TRAIN = (sys.executable, "-m", "twostream", "train")
WARM_UP = 2
"""Number of first iterations that are not timed."""


def write_training(folder, patches, design, batch, iterations, gpu=False):
    """Write the shards, the net and ``solver.prototxt`` of a training by Adam at the paper's rate.

    Parameters
    ----------
    folder : Path
    patches : numpy.ndarray
        3 x N x 1 x H x H, float32 in [0, 1]: sources a and b, and the sharp patches.
    design : Design
    batch, iterations : int
    gpu : bool
        Whether the solver asks for a GPU.

    Returns
    -------
    SolverParameter
    """
    for split in ("train", "val"):
        shard = Path(folder, f"{split}.h5")
        hdf5.write_shard(shard, patches)
        hdf5.write_list(Path(folder, f"{split}.txt"), [shard])
    write(folder, design, str(folder), patches.shape[-1], batch)
    solver = SolverParameter(
        net=str(Path(folder, "train_val.prototxt")),
        type="Adam",
        base_lr=1e-5,
        lr_policy="fixed",
        momentum=0.9,
        max_iter=iterations,
        display=1,
        snapshot_after_train=False,
        snapshot_prefix=str(Path(folder, "snapshot")),
        solver_mode=SolverParameter.GPU if gpu else SolverParameter.CPU,
    )
    Path(folder, "solver.prototxt").write_text(prototxt.text(solver))
    return solver


def run(command, folder):
    """Run a training, keep its log as ``log`` in a folder, and return it as TrainingLog."""
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    log = Path(folder, "log")
    log.write_text(done.stderr)
    return training_log.read([log])


def iterations_a_second(log):
    """Return the speed of a training (TrainingLog) after its first iterations."""
    first, last = log.train[WARM_UP], log.train[-2]  # the last iteration has no update
    return (last.iteration - first.iteration) / (last.seconds - first.seconds)
