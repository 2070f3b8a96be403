"""Ablation of the paper's Fig. 5: several designs trained for a chosen number of iterations."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from twostream.caffe_files import prototxt
from twostream.caffe_files.schema import SolverParameter
from twostream.errors import BadInput
from twostream.io.atomic import atomic_write

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
REPEATED = "two_stream"
"""The design that is trained with each of the seeds; the others have only the first seed."""
POINTS = 10
"""Number of validations during a training, without the one before it."""


@dataclass(frozen=True)
class Training:
    """One training of a design.

    Attributes
    ----------
    design : str
        Name of the solver file.
    seed : int
        Seed of the initial weights and of the order of the patches.
    name : str
        Name of its folder.
    """

    design: str
    seed: int
    name: str


def trainings(studies, seeds=(2018,)):
    """List the trainings of studies, each once, in order.

    Parameters
    ----------
    studies : iterable of str
        Keys of `STUDIES`.
    seeds : sequence of int
        The design `REPEATED` is trained with each of them.

    Returns
    -------
    list of Training

    Raises
    ------
    BadInput
        If a study is unknown or a seed is given twice.
    """
    for study in studies:
        if study not in STUDIES:
            raise BadInput(f"There is no study {study!r}; there are {', '.join(STUDIES)}.")
    if len(set(seeds)) < len(seeds) or min(seeds) < 0:
        raise BadInput("The seeds of an ablation must differ and be at least 0.")
    designs = dict.fromkeys(design for study in studies for design in STUDIES[study].values())
    found = [Training(design, seeds[0], design) for design in designs]
    if REPEATED in designs:
        found += [Training(REPEATED, seed, f"{REPEATED}_seed_{seed}") for seed in seeds[1:]]
    return found


def logs_of_studies(studies, logs):
    """Arrange logs by study and label.

    Parameters
    ----------
    studies : iterable of str
    logs : dict of Training to TrainingLog
        Logs of the trainings that `trainings` lists.

    Returns
    -------
    dict of str to dict of str to list of TrainingLog
        Study -> label of a curve -> its logs, one per seed.
    """
    return {
        study: {
            label: [log for training, log in logs.items() if training.design == design]
            for label, design in STUDIES[study].items()
        }
        for study in studies
    }


@dataclass(frozen=True)
class Run:
    """Length and place of a training."""

    iterations: int  # at least `POINTS`; rounded down to a multiple of it
    start: int = 0  # iteration to resume from
    rate: Optional[float] = None  # learning rate; 1e-5 of the paper takes a million iterations
    test_iter: Optional[int] = None  # number of batches per validation
    gpu: bool = False


def write_solver(training, run, out):
    """Write a copy of a design's solver file for a Run into a folder, and return its path."""
    solver = prototxt.read_solver(solver_file(training.design))
    solver.max_iter = last_iteration(run.iterations)
    solver.test_interval = solver.snapshot = solver.max_iter // POINTS
    solver.display = solver.average_loss = max(1, solver.test_interval // 5)
    solver.snapshot_prefix = str(out / "snapshot")
    solver.solver_mode = SolverParameter.GPU if run.gpu else SolverParameter.CPU
    # With the same seed, a resumed training would begin with patches that it has seen.
    solver.random_seed = training.seed + run.start
    if run.rate:
        solver.base_lr = run.rate
    if run.test_iter:
        solver.test_iter[0] = run.test_iter
    out.mkdir(parents=True, exist_ok=True)
    path = out / "solver.prototxt"
    with atomic_write(path) as partial:
        partial.write_text(prototxt.text(solver))
    return path


def last_iteration(iterations):
    """Round a number of iterations down to a multiple of `POINTS`; raise BadInput if it is less."""
    if iterations < POINTS:
        raise BadInput(f"An ablation takes at least {POINTS} iterations, not {iterations}.")
    return iterations - iterations % POINTS


def solver_file(name):
    """Return the path of a solver file, relative to the project's root."""
    return Path("solver/ablation") / f"{name}.prototxt"


def last_snapshot(out):
    """Find the newest solverstate of a training and its iteration; (None, 0) if there is none."""
    states = {int(_iteration(path)): path for path in Path(out).glob("snapshot_iter_*.solverstate")}
    return (states[max(states)], max(states)) if states else (None, 0)


def _iteration(path):
    return re.fullmatch(r".*_iter_(\d+)\.solverstate", path.name)[1]
