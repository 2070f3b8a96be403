import math
import warnings

import cv2
import numpy as np
import pytest
from run_tool import run_here

from twostream.errors import BadInput
from twostream.report import training_plot
from twostream.report.training_log import TrainingLog, TrainPoint, ValPoint

LINE = (
    "I1122 10:00:{n:02}.0 7 solver.cpp:239] Iteration {n} (1 iter/s, 1s/1 iters), loss = {loss}\n"
)


def falling(start, patch=(1, 50, 50), val=True):
    steps = range(0, 1000, 100)
    return TrainingLog(
        [TrainPoint(n, n, start / (1 + n), 1e-3) for n in steps],
        [ValPoint(n, n, start / (1 + n)) for n in steps[::5]] if val else [],
        patch,
    )


def plot_training(*arguments):
    return run_here("plot", *arguments)


@pytest.fixture
def logs(tmp_path):
    paths = []
    for name, first in (("killed", 0), ("resumed", 2)):
        path = tmp_path / f"{name}.log"
        path.write_text("".join(LINE.format(n=n, loss=9 - n) for n in range(first, first + 4)))
        paths.append(path)
    return paths


def test_the_curves_are_the_points():
    small, large = falling(100), falling(400, (1, 100, 100))
    loss, quality = training_plot.draw({"50": small, "100": large}).axes
    assert loss.get_yscale() == "log"
    for line, log in zip(loss.lines, (small, large)):
        assert list(line.get_xdata()) == [point.iteration for point in log.train]
        assert list(line.get_ydata()) == [point.loss for point in log.train]
    # Four times the pixels and four times the squared error are the same PSNR.
    first, second = (line.get_ydata() for line in quality.lines)
    assert first[0] == pytest.approx(10 * math.log10(2500 / 100))
    assert np.allclose(first, second)
    assert [text.get_text() for text in loss.get_legend().get_texts()] == ["50", "100"]


def test_one_training_needs_no_legend():
    assert training_plot.draw({"only": falling(100)}).axes[0].get_legend() is None


def test_a_picture_is_written(tmp_path):
    training_plot.write(tmp_path / "t.png", {"a": falling(100)})
    picture = cv2.imread(str(tmp_path / "t.png"))
    assert picture.shape == (640, 1600, 3)
    halves = np.hsplit(picture, 2)
    # Matplotlib's first colour, in BGR, is in both panels.
    assert all((half == (180, 119, 31)).all(axis=2).sum() > 500 for half in halves)


@pytest.mark.parametrize(
    "log",
    [
        falling(100, val=False),
        TrainingLog([TrainPoint(0, 0, math.nan, 1)], [ValPoint(0, 0, math.nan)], (1, 5, 5)),
        TrainingLog([TrainPoint(0, 0, math.inf, 1)], [ValPoint(0, 0, math.inf)], (1, 5, 5)),
    ],
    ids=["untested", "nan", "infinite"],
)
def test_curves_that_cannot_be_drawn_are_left_out(tmp_path, log):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        training_plot.write(tmp_path / "t.png", {"a": log})
    assert cv2.imread(str(tmp_path / "t.png")) is not None


def test_an_unknown_format(tmp_path):
    with pytest.raises(BadInput, match=r"t\.foo.*not supported"):
        training_plot.write(tmp_path / "t.foo", {"a": falling(100)})
    assert not list(tmp_path.iterdir())


def test_tool_joins_the_logs_of_one_training(tmp_path, logs):
    done = plot_training(*logs, "-o", tmp_path / "t.png", "--csv", tmp_path / "t.csv")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "resumed: loss 4 at iteration 5\n"
    assert (tmp_path / "t.png").stat().st_size > 10000
    rows = (tmp_path / "t.csv").read_text().splitlines()
    assert [row.split(",")[2] for row in rows[1:]] == list("012345")


def test_tool_compares_trainings(tmp_path, logs):
    killed, resumed = logs
    labels = "--label", "one run", killed, "--label", "both runs", killed, resumed
    done = plot_training(*labels, "-o", tmp_path / "t.svg")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "one run: loss 6 at iteration 3\nboth runs: loss 4 at iteration 5\n"


def test_tool_takes_the_patch_of_a_log_cut_at_its_head(tmp_path, logs):
    table = tmp_path / "t.csv"
    plot_training(logs[0], "-o", tmp_path / "t.png", "--csv", table, "--patch", 30, "--channels", 4)
    decibel = table.read_text().splitlines()[1].split(",")[-1]
    assert float(decibel) == pytest.approx(10 * math.log10(4 * 900 / 9), abs=1e-4)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Give at least one log"),
        (["--label", "a"], "Give at least one log"),
        (["--label", "a", "LOG", "--label", "a", "LOG"], "no label twice"),
        (["LOG", "--patch", "0"], "at least one channel and one pixel"),
        (["none.log"], "none.log: No such file"),
        (["LOG", "-o", "nowhere/t.png"], "Cannot write nowhere/t.png"),
    ],
)
def test_tool_refuses(logs, arguments, sentence):
    done = plot_training(*(logs[0] if a == "LOG" else a for a in arguments))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert sentence in done.stderr
