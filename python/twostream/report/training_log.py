"""Curves of loss and PSNR, parsed from Caffe's training log."""

import csv
import re
from functools import reduce
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..errors import BadInput
from ..io.atomic import atomic_write
from ..metrics.psnr import psnr_of_mse

_NUMBER = r"(-?(?:[\d.]+(?:e[-+]?\d+)?|nan|inf))"
# glog's severity, date (with the year in newer versions), time, thread and source line.
_STAMP = re.compile(r"[IWEF](\d{4,8}) (\d\d):(\d\d):(\d\d\.\d+) +\d+ [^]]+\] *(.*)")
_START = re.compile(r"^(?=I.*Initializing solver from parameters)", re.MULTILINE)
_TOP_SHAPE = re.compile(r"Top shape: \d+ (\d+) (\d+) (\d+) \(")
_LOSS = re.compile(rf"Iteration (\d+)(?: \(.*\))?, loss = {_NUMBER}$")
_RATE = re.compile(rf"Iteration (\d+), lr = {_NUMBER}$")
_TESTING = re.compile(r"Iteration (\d+), Testing net \(#0\)$")
_TEST_OUTPUT = re.compile(rf"Test net output #\d+: .* \(\* \S+ = {_NUMBER} loss\)$")


class TrainPoint(NamedTuple):
    """One displayed iteration."""

    iteration: int
    seconds: float  # time since the start of the training, without pauses between runs
    loss: float  # weighted sum of the net's losses; a mean over `average_loss` iterations
    learning_rate: float  # NaN at the end of a training, where Caffe does not log it


class ValPoint(NamedTuple):
    """One test phase. The loss is the weighted sum of the net's losses, averaged over the phase."""

    iteration: int
    seconds: float
    loss: float


class TrainingLog(NamedTuple):
    """Contents of the logs of one training."""

    train: list  # of TrainPoint
    val: list  # of ValPoint
    patch: tuple  # channels, height, width of a training patch; None if the log has no beginning


def read(paths):
    """Read the logs of one training, in the order of its runs; a file may hold several runs.

    A resumed run replaces the iterations of the earlier run that it repeats. The first point of a
    resumed run is left out, because its loss is not an average yet. Raise BadInput if a file cannot
    be read or has no iteration.
    """
    return reduce(_resumed, [run for path in paths for run in _runs(path)])


def psnr_of_loss(loss, patch=(1, 50, 50)):
    """Convert a weighted loss to PSNR in dB, for images in [0, 1].

    Caffe's EuclideanLoss is the sum of squares of a batch divided by twice its number of patches.
    The nets here have the loss weight 2, so the weighted loss is the sum of squares per patch.
    `patch` has its channels, height and width.
    """
    return psnr_of_mse(np.asarray(loss, float) / np.prod(patch), 1)


def write_csv(path, trainings):
    """Write the points of trainings, label -> TrainingLog, as a CSV table."""
    with atomic_write(path) as partial, open(partial, "w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("training", "phase", "iteration", "seconds", "loss", "lr", "psnr"))
        for label, log in trainings.items():
            table.writerows(_row(label, "train", point, log) for point in log.train)
            table.writerows(_row(label, "val", point, log) for point in log.val)


def _row(label, phase, point, log):
    rate = getattr(point, "learning_rate", "")
    decibel = f"{psnr_of_loss(point.loss, log.patch):.4f}"
    return label, phase, point.iteration, f"{point.seconds:.3f}", point.loss, rate, decibel


def _runs(path):
    """Read the runs in a file that have at least one iteration."""
    try:
        text = Path(path).read_text(errors="replace")
    except OSError as error:
        raise BadInput(f"Cannot read the log {path}: {error.strerror}.") from error
    complete = text.rpartition("\n")[0]  # Caffe may still be writing the last line
    runs = [_run(part.splitlines()) for part in _START.split(complete)]
    runs = [run for run in runs if run.train]
    if not runs:
        raise BadInput(
            f"The log {path} shows no iteration of a Caffe training. Give the log of a training."
        )
    return runs


def _run(lines):
    losses, rates, tests = {}, {}, {}
    patch = testing = None
    for seconds, message in _stamped(lines):
        if found := _LOSS.match(message):
            losses[int(found[1])] = seconds, float(found[2])
        elif found := _RATE.match(message):
            rates[int(found[1])] = float(found[2])
        elif "Testing net" in message:
            found = _TESTING.match(message)
            testing = (int(found[1]), seconds) if found else None
        elif testing and (found := _TEST_OUTPUT.match(message)):
            tests[testing] = tests.get(testing, 0) + float(found[1])
        elif patch is None and (found := _TOP_SHAPE.match(message)):
            patch = tuple(map(int, found.groups()))
    train = [TrainPoint(i, *losses[i], rates.get(i, np.nan)) for i in losses]
    return TrainingLog(train, [ValPoint(*test, loss) for test, loss in tests.items()], patch)


def _stamped(lines):
    """Yield the seconds since the first line and the message of each line that glog wrote."""
    start = date = None
    days = 0
    for line in lines:
        found = _STAMP.match(line)
        if not found:
            continue
        if date not in (None, found[1]):
            days += 1
        date = found[1]
        now = ((days * 24 + int(found[2])) * 60 + int(found[3])) * 60 + float(found[4])
        start = now if start is None else start
        yield now - start, found[5]


def _resumed(earlier, later):
    """Join two runs; points and clock of the later one continue from where it resumed."""
    first = min(points[0].iteration for points in (later.train, later.val) if points)
    train = later.train[0]
    clock = [(point.iteration, point.seconds) for point in earlier.train]
    shift = np.interp(train.iteration, *zip(*clock)) - train.seconds
    # Caffe restarts the average in each run, so the first loss of a resumed run is of few batches.
    resumed = train.iteration > earlier.train[0].iteration
    news = later.train[1:] if resumed else later.train
    joined = []
    for before, after in ((earlier.train, news), (earlier.val, later.val)):
        kept = [point for point in before if point.iteration <= first]
        moved = [point._replace(seconds=float(point.seconds + shift)) for point in after]
        joined.append(list({point.iteration: point for point in kept + moved}.values()))
    return TrainingLog(*joined, earlier.patch or later.patch)
