"""Ablation of the paper's Fig. 5: several designs trained for a chosen number of iterations."""

import re
from pathlib import Path

from ..caffe_files import prototxt
from ..caffe_files.schema import SolverParameter
from ..errors import BadInput
from ..io.atomic import atomic_write

STUDIES = {
    "filters": {"32": "filters_32", "64": "two_stream", "128": "filters_128"},
    "kernel": {"3x3": "kernel_3", "5x5": "two_stream", "9x9": "kernel_9"},
    "depth": {"2-1-2": "two_stream", "3-1-3": "depth_3"},
    "patch": {"25x25": "patch_25", "50x50": "kernel_3", "100x100": "patch_100"},
    "stride": {"1, padded": "two_stream", "5, as the paper words it": "stride_5"},
}
"""Study -> label of a curve -> name of the solver file.

The paper compares patches with filters of 3x3 (section 3.2), so its 50x50 is `kernel_3`.
"""
POINTS = 10
"""Number of validations during a training, besides the one before it."""


def trainings(studies):
    """List the solver names of studies, each once, in order; raise BadInput on unknown studies."""
    for study in studies:
        if study not in STUDIES:
            raise BadInput(f"There is no study {study!r}; there are {', '.join(STUDIES)}.")
    return list(dict.fromkeys(name for study in studies for name in STUDIES[study].values()))


def write_solver(name, iterations, out, rate=None, test_iter=None, gpu=False):
    """Write a copy of one of the repository's solver files for a number of iterations.

    Parameters
    ----------
    name : str
        Name of the solver file, from `trainings`.
    iterations : int
        At least `POINTS`; rounded down to a multiple of `POINTS`.
    out : Path
        Folder of this training: solver file, log and snapshots.
    rate : float, optional
        Learning rate. The default is the paper's 1e-5, which takes about a million iterations.
    test_iter : int, optional
        Number of batches per validation.
    gpu : bool
        Whether to train on a GPU.

    Returns
    -------
    Path
        The solver file.
    """
    if iterations < POINTS:
        raise BadInput(f"An ablation takes at least {POINTS} iterations, not {iterations}.")
    solver = prototxt.read_solver(solver_file(name))
    solver.test_interval = solver.snapshot = iterations // POINTS
    solver.max_iter = POINTS * solver.test_interval
    solver.display = solver.average_loss = max(1, solver.test_interval // 5)
    solver.snapshot_prefix = str(out / "snapshot")
    solver.solver_mode = SolverParameter.GPU if gpu else SolverParameter.CPU
    if rate:
        solver.base_lr = rate
    if test_iter:
        solver.test_iter[0] = test_iter
    out.mkdir(parents=True, exist_ok=True)
    path = out / "solver.prototxt"
    with atomic_write(path) as partial:
        partial.write_text(prototxt.text(solver))
    return path


def solver_file(name):
    """Path of a solver file, relative to the project's root."""
    return Path("solver" if name == "two_stream" else "solver/ablation") / f"{name}.prototxt"


def last_snapshot(out):
    """Find the newest solverstate of a training and its iteration; (None, 0) if there is none."""
    states = {int(_iteration(path)): path for path in Path(out).glob("snapshot_iter_*.solverstate")}
    return (states[max(states)], max(states)) if states else (None, 0)


def _iteration(path):
    return re.fullmatch(r".*_iter_(\d+)\.solverstate", path.name)[1]
