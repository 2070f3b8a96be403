import math
import warnings

import cv2
import numpy as np
import pytest
from run_tool import refused, works

from twostream.report import training_plot
from twostream.report.training_log import TrainingLog, TrainPoint, ValPoint

LINE = (
    "I1122 10:00:{n:02}.0 7 solver.cpp:239] Iteration {n} (1 iter/s, 1s/1 iters), loss = {loss}\n"
)


def falling(start, patch=(1, 50, 50)):
    steps = range(0, 1000, 100)
    return TrainingLog(
        [TrainPoint(n, n, start / (1 + n), 1e-3) for n in steps],
        [ValPoint(n, n, start / (1 + n)) for n in steps[::5]],
        patch,
    )


@pytest.fixture
def logs(tmp_path):
    paths = [tmp_path / "killed.log", tmp_path / "resumed.log"]
    for path, first in zip(paths, (0, 2)):
        path.write_text("".join(LINE.format(n=n, loss=9 - n) for n in range(first, first + 4)))
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
    assert training_plot.draw({"only": small}).axes[0].get_legend() is None


@pytest.mark.parametrize("loss", [1, math.nan, math.inf])
def test_a_picture_is_written_without_curves_that_cannot_be_drawn(tmp_path, loss):
    log = TrainingLog([TrainPoint(0, 0, loss, 1)], [ValPoint(0, 0, loss)] * (loss != 1), (1, 5, 5))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        training_plot.write(tmp_path / "odd.png", {"a": log})
        training_plot.write(tmp_path / "t.png", {"a": falling(100)})
    picture = cv2.imread(str(tmp_path / "t.png"))
    assert cv2.imread(str(tmp_path / "odd.png")).shape == picture.shape == (640, 1600, 3)
    # Matplotlib's first colour, in BGR, is in both panels.
    halves = np.hsplit(picture, 2)
    assert all((half == (180, 119, 31)).all(axis=2).sum() > 500 for half in halves)


def test_tool_joins_the_logs_of_one_training(tmp_path, logs):
    done = works("plot", *logs, "-o", tmp_path / "t.png", "--csv", tmp_path / "t.csv")
    assert done.stdout == "resumed: loss 4 at iteration 5\n"
    assert (tmp_path / "t.png").stat().st_size > 10000
    rows = (tmp_path / "t.csv").read_text().splitlines()
    assert [row.split(",")[2] for row in rows[1:]] == list("012345")


def test_tool_compares_trainings(tmp_path, logs):
    labels = "--label", "one run", logs[0], "--label", "both runs", *logs
    done = works("plot", *labels, "-o", tmp_path / "t.svg")
    assert done.stdout == "one run: loss 6 at iteration 3\nboth runs: loss 4 at iteration 5\n"


def test_tool_takes_the_patch_of_a_log_cut_at_its_head(tmp_path, logs):
    outputs = "-o", tmp_path / "t.png", "--csv", tmp_path / "t.csv"
    works("plot", logs[0], *outputs, "--patch", 30, "--channels", 4)
    decibel = (tmp_path / "t.csv").read_text().splitlines()[1].split(",")[-1]
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
        (["LOG", "-o", "t.foo"], "Cannot write t.foo"),
    ],
)
def test_tool_refuses(logs, arguments, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused(sentence, "plot", *(logs[0] if a == "LOG" else a for a in arguments))
    assert sorted(tmp_path.iterdir()) == logs
