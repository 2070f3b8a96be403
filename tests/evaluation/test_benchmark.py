import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from programs_of_others import AVERAGE, command

from twostream.evaluation import scores
from twostream.evaluation.benchmark import evaluate, write_results
from twostream.evaluation.pair_set import read_pair_set
from twostream.evaluation.programs import Program
from twostream.evaluation.scores import External, evaluate_pair, picture_path
from twostream.io import images
from twostream.metrics import metric

COMPILED = shutil.ignore_patterns("__pycache__")
METRICS = [metric(name) for name in ("entropy", "qabf", "psnr")]


@dataclass(frozen=True)
class Mean:
    """A method that records each call in a file."""

    notes: Path
    name: str = "mean"
    weights: tuple = ()

    def fuse(self, sources):
        with self.notes.open("a") as notes:
            notes.write("called\n")
        return np.mean(sources, axis=0).round().astype(np.uint8)


@pytest.fixture
def folder(tmp_path, rng):
    folder = tmp_path / "pairs"
    folder.mkdir()
    for name in ("x_A", "x_B", "x_clean", "y_A", "y_B"):
        images.write(folder / f"{name}.png", rng.integers(0, 256, (32, 40)).astype(np.uint8))
    return folder


@pytest.fixture
def mean(tmp_path):
    (tmp_path / "notes").touch()
    return Mean(tmp_path / "notes")


def calls(mean):
    return len(mean.notes.read_text().split())


def evaluated(folder, methods, out):
    return evaluate(read_pair_set(folder), methods, METRICS, out, 1, False)


def test_scores_are_the_metrics_own(folder, mean, tmp_path):
    x, y = evaluated(folder, [mean], tmp_path / "out")
    sources = [images.read(folder / f"x_{letter}.png") for letter in "AB"]
    fused = mean.fuse(sources)
    np.testing.assert_array_equal(images.read(tmp_path / "out/fused/mean/x.png"), fused)
    assert x.values["qabf"] == metric("qabf")(fused, sources)
    assert x.values["psnr"] == metric("psnr")(fused, truth=images.read(folder / "x_clean.png"))
    assert set(y.values) == {"entropy", "qabf"}  # y has no truth
    assert (x.errors, y.errors) == ({}, {})
    assert x.seconds > 0


def test_finished_cells_are_kept(folder, mean, tmp_path):
    pairs = read_pair_set(folder)
    first = evaluated(folder, [mean], tmp_path / "out")
    assert evaluated(folder, [mean], tmp_path / "out") == first
    assert calls(mean) == 2
    more = evaluate(pairs, [mean], [*METRICS, metric("q")], tmp_path / "out", progress=False)
    assert calls(mean) == 2  # a new metric uses the existing fused pictures
    assert all("q" in score.values for score in more)
    (tmp_path / "out/scores/mean/x.json").write_text('{"key"')  # a damaged cell is made anew
    assert evaluated(folder, [mean], tmp_path / "out")[0].values == first[0].values


def test_scores_of_changed_pictures_or_weights_are_made_anew(folder, mean, tmp_path):
    (pair, _) = read_pair_set(folder)
    evaluate_pair(pair, [mean], METRICS, tmp_path / "out")
    images.write(pair.sources[0], np.zeros((32, 40), np.uint8))
    (score,) = evaluate_pair(pair, [mean], METRICS, tmp_path / "out")
    assert calls(mean) == 2
    assert score.values["entropy"] < 7
    (tmp_path / "weights").write_text("other")
    other = Mean(mean.notes, weights=(tmp_path / "weights",))
    evaluate_pair(pair, [other], METRICS, tmp_path / "out")
    assert calls(mean) == 3


@pytest.mark.parametrize(
    "name", ["metrics/qabf.py", "engines/onnx.py", "fusion/select.py", "caffe_files/schema.proto"]
)
def test_scores_of_changed_code_are_made_anew(folder, mean, tmp_path, monkeypatch, name):
    (pair, _) = read_pair_set(folder)
    # A copy of the package for each run, because a process reads the code only once.
    places = [tmp_path / f"code_{number}" for number in range(3)]
    code = [shutil.copytree(scores.PACKAGE, place, ignore=COMPILED) for place in places]
    with (code[2] / name).open("a") as module:
        module.write("# changed\n")
    for copy, expected in zip(code, (1, 1, 2)):
        monkeypatch.setattr(scores, "PACKAGE", copy)
        evaluate_pair(pair, [mean], METRICS, tmp_path / "out")
        assert calls(mean) == expected


def test_without_metrics_the_pictures_are_made(folder, mean, tmp_path):
    (pair, _) = read_pair_set(folder)
    picture = picture_path(tmp_path / "out", mean, pair)
    for _ in (0, 1):
        (score,) = evaluate_pair(pair, [mean], [], tmp_path / "out")
        assert picture.exists()
        assert not score.errors
        assert calls(mean) == 1
    picture.unlink()
    evaluate_pair(pair, [mean], METRICS, tmp_path / "out")
    images.write(pair.sources[0], np.zeros((32, 40), np.uint8))
    evaluate_pair(pair, [mean], [], tmp_path / "out")
    np.testing.assert_array_equal(
        images.read(picture), mean.fuse([images.read(path) for path in pair.sources])
    )


def test_somebody_elses_results(folder, tmp_path, rng):
    theirs = External("theirs", tmp_path / "theirs")
    theirs.folder.mkdir()
    fused = rng.integers(0, 256, (32, 40)).astype(np.uint8)
    images.write(theirs.folder / "x.png", fused)
    images.write(theirs.folder / "y.png", fused[:30])
    x, y = evaluated(folder, [theirs], tmp_path / "out")
    assert (x.values["entropy"], x.seconds) == (metric("entropy")(fused), None)
    assert "y.png has the size 40x30, its sources 40x32" in y.errors[""]
    assert not y.values
    images.write(theirs.folder / "x.png", fused // 2)
    assert evaluated(folder, [theirs], tmp_path / "out")[0].values["entropy"] != x.values["entropy"]


def test_what_fails_fails_alone(folder, mean, tmp_path):
    """Programs, weights that are not there, and pairs that cannot be read."""
    dark = AVERAGE + "\nif 'y_B' in paths[1]:\n    sys.exit('y is too dark')"
    cut = AVERAGE.replace(".astype(np.uint8)", ".astype(np.uint8)[:30]")
    codes = {"dark": dark, "cut": cut}.items()
    programs = [Program.of(name, command(code, "{out} {sources}")) for name, code in codes]
    without = Mean(mean.notes, "without", (tmp_path / "absent.caffemodel",))
    found = evaluated(folder, [*programs, without, mean], tmp_path / "out")
    errors = {(score.pair, score.method): score.errors.get("") for score in found}
    assert errors["x", "dark"] is errors["x", "mean"] is errors["y", "mean"] is None
    assert errors["y", "dark"].endswith("ended with exit code 1: y is too dark.")
    assert errors["x", "cut"] == (
        "The image by cut has the size 40x30, its sources 40x32. It must not be cropped."
    )
    assert "absent.caffemodel" in errors["x", "without"]
    assert not any(score.values for score in found if score.errors)
    (folder / "y_B.png").unlink()
    x, y = evaluated(folder, [mean], tmp_path / "out")
    assert not x.errors
    assert "partner" in y.errors[""]
    assert not y.values
    (folder / "x_A.png").write_text("no picture")
    assert "x_A.png" in evaluated(folder, [mean], tmp_path / "other")[0].errors[""]


def test_results_are_the_same_twice(folder, mean, tmp_path):
    for out in (tmp_path / "one", tmp_path / "two"):
        write_results(evaluated(folder, [mean], out), METRICS, out)
    for name in ("results.csv", "results.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    lines = (tmp_path / "one/results.csv").read_text().splitlines()
    assert lines[0] == "pair,method,entropy,qabf,psnr"
    assert lines[2].startswith("y,mean,")
    assert lines[2].endswith(",")  # no PSNR
    assert len((tmp_path / "one/times.csv").read_text().splitlines()) == 3


def test_a_program_is_run_and_scored(folder, tmp_path):
    script = tmp_path / "average.py"
    script.write_text(AVERAGE)
    program = Program.of("mine", f"{sys.executable} {script} {{out}} {{sources}}")
    pair = read_pair_set(folder)[0]
    (score,) = evaluate_pair(pair, [program], METRICS, tmp_path / "out")
    fused = images.read(tmp_path / "out/fused/mine/x.png")
    sources = [images.read(path) for path in pair.sources]
    np.testing.assert_allclose(fused, np.mean(sources, axis=0), atol=0.51)
    assert score.values["qabf"] == metric("qabf")(fused, sources)
    assert score.seconds > 0
    assert score.peak > 1_000_000
    assert evaluate_pair(pair, [program], METRICS, tmp_path / "out") == [score]  # kept
    script.write_text(AVERAGE.replace("axis=0)", "axis=0) / 2"))
    (changed,) = evaluate_pair(pair, [program], METRICS, tmp_path / "out")
    assert changed.values["psnr"] != score.values["psnr"]
