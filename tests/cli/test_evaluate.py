import csv
import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from programs_of_others import AVERAGE, command
from real_caffe import IN_CAFFE, PROJECT, require_caffe
from run_tool import run_here

from twostream import cli
from twostream.engines import engine_name
from twostream.io import images

PAPER = "pair,method,entropy,mutual_information,qabf,q,qw,qe"


def evaluate(*arguments):
    return run_here("evaluate", "--jobs", 1, *arguments)


@pytest.fixture
def pairs(tmp_path, rng):
    folder = tmp_path / "pairs"
    folder.mkdir()
    for name in ("x_A", "x_B", "x_clean", "y_A", "y_B"):
        images.write(folder / f"{name}.png", rng.integers(0, 256, (40, 50, 3)).astype(np.uint8))
    return folder


def test_methods_pairs_and_metrics(tmp_path, pairs):
    out = tmp_path / "out"
    done = evaluate("--pairs", pairs, "--methods", "average", "laplacian_pyramid", "--out", out)
    assert done.returncode == 0, done.stderr
    text = (out / "tables.md").read_text()
    for heading in (
        "### x",
        "### y",
        "### Mean over the 2 pairs in pairs",
        "### Seconds a picture",
    ):
        assert heading in text
    assert "| laplacian_pyramid |" in text
    rows = (out / "results.csv").read_text().splitlines()
    assert rows[0] == f"{PAPER},psnr,ssim,psnr_rgb,ssim_rgb"
    assert len(rows) == 5


def test_pairs_of_photographs_that_were_trained_on_are_named(tmp_path, pairs, monkeypatch, capsys):
    manifest = tmp_path / "data/mine/manifest.json"
    manifest.parent.mkdir(parents=True)
    photographs = {"train": [["x", "x.png"], ["z", "z.png"]], "val": [["y", "y.png"]]}
    manifest.write_text(json.dumps({"photographs": photographs}))
    monkeypatch.chdir(tmp_path)
    arguments = ("--methods", "average", "--metrics", "psnr", "--out", str(tmp_path / "out"))
    cli.main(["evaluate", "--pairs", str(pairs), *arguments])
    lines = [line for line in capsys.readouterr().err.splitlines() if "train" in line]
    assert lines == ["Warning: photographs of these pairs are in training sets (data/mine: x)."]


def test_a_method_with_other_weights_is_a_row_of_its_own(tmp_path, pairs):
    out = tmp_path / "out"
    methods = ("average", "two_stream:weights=fast", "two_stream:weights=paper")
    arguments = ("--methods", *methods, "--metrics", "psnr_rgb", "--out", out)
    done = evaluate("--pairs", pairs, *arguments)
    assert done.returncode == 0, done.stderr
    rows = [row.split(",") for row in (out / "results.csv").read_text().splitlines()[1:4]]
    names = ["average", "two_stream-weights=fast", "two_stream-weights=paper"]
    assert [row[1] for row in rows] == names
    assert len({row[2] for row in rows}) == 3
    assert sorted(path.name for path in (out / "fused").iterdir()) == names


def test_scores_of_another_engine_are_not_taken(tmp_path, pairs):
    """Its rows have the same names, since the engines agree, but it was to be run."""
    out = tmp_path / "out"
    arguments = ("--methods", "dwt", "two_stream:weights=fast", "--metrics", "qabf", "--out", out)
    engine = engine_name("auto")
    seconds, rows = [], []
    for chosen in ([], ["--engine", engine], ["--engine", engine]):
        done = evaluate("--pairs", pairs, *arguments, *chosen)
        assert done.returncode == 0, done.stderr
        seconds.append((out / "times.csv").read_text().splitlines())
        rows.append((out / "results.csv").read_text().splitlines())
    assert rows[0] == rows[1] == rows[2]
    assert [first == second for first, second in zip(*seconds[:2])] == [True, *[True, False] * 2]
    assert seconds[1] == seconds[2]


@pytest.mark.caffe
def test_real_caffe_makes_the_tables(tmp_path, pairs):
    """The command of docs/benchmark.md, on small pictures: scores as by another engine."""
    require_caffe()
    arguments = ["--pairs", pairs, "--methods", "average", "two_stream:weights=fast"]
    heads, names, scores = {}, {}, {}
    for name, start in {"caffe": [IN_CAFFE, "python3"], "auto": [sys.executable]}.items():
        command = [
            *start,
            "-m",
            "twostream",
            "evaluate",
            *arguments,
            "--engine",
            name,
            "--jobs",
            "1",
        ]
        done = subprocess.run(
            [*map(str, command), "--out", str(tmp_path / name)],
            cwd=PROJECT,
            env=dict(os.environ, PYTHONPATH=str(PROJECT / "python")),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        with open(tmp_path / name / "results.csv") as file:
            heads[name], *rows = csv.reader(file)
        names[name] = [row[:2] for row in rows]
        scores[name] = np.array([[float(cell or "nan") for cell in row[2:]] for row in rows])
    assert heads["caffe"] == heads["auto"]
    assert names["caffe"] == names["auto"]
    assert scores["caffe"].shape == (4, 10)
    np.testing.assert_allclose(scores["caffe"], scores["auto"], rtol=1e-3)
    assert "| two_stream-weights=fast |" in (tmp_path / "caffe" / "tables.md").read_text()


def test_an_option_that_a_method_lacks(tmp_path, pairs):
    refused(
        "dct has no option", "--pairs", pairs, "--methods", "dct:weights=fast", "--out", tmp_path
    )


def test_somebody_elses_results(tmp_path, pairs, rng):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    for name in "xy":
        images.write(theirs / f"{name}.png", rng.integers(0, 256, (40, 50, 3)).astype(np.uint8))
    done = evaluate("--pairs", pairs, "--fused", theirs, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    rows = (tmp_path / "out/results.csv").read_text().splitlines()
    assert [row.split(",")[1] for row in rows[1:]] == ["theirs", "theirs"]


def refused(sentence, *arguments):
    done = evaluate(*arguments)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert sentence in done.stderr
    return done


def test_unknown_metric_suggests_similar_ones(tmp_path, pairs):
    refused("qabf", "--pairs", pairs, "--metrics", "qafb", "--out", tmp_path)


def test_unknown_method_suggests_similar_ones(tmp_path, pairs):
    refused("average", "--pairs", pairs, "--methods", "avrage", "--out", tmp_path)


def test_missing_folders(tmp_path, pairs):
    refused("missing", "--pairs", tmp_path / "missing", "--out", tmp_path / "out")
    refused("missing", "--pairs", pairs, "--fused", tmp_path / "missing", "--out", tmp_path)


def test_a_missing_partner_leaves_the_other_cells(tmp_path, pairs):
    (pairs / "y_B.png").unlink()
    out = tmp_path / "out"
    refused("y_A.png is missing", "--pairs", pairs, "--methods", "average", "--out", out)
    rows = (out / "results.csv").read_text().splitlines()
    assert all(rows[1].split(","))
    assert rows[2] == "y,average" + "," * (rows[0].count(",") - 1)
    assert "### Failed" in (out / "tables.md").read_text()


def test_a_fused_picture_of_another_size(tmp_path, pairs, rng):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    for name, height in (("x", 40), ("y", 30)):
        picture = rng.integers(0, 256, (height, 50, 3)).astype(np.uint8)
        images.write(theirs / f"{name}.png", picture)
    arguments = ("--pairs", pairs, "--fused", theirs, "--out", tmp_path / "out")
    refused("y.png has the size 50x30, its sources 50x40", *arguments)


def test_pictures_too_small_for_the_window(tmp_path):
    folder = tmp_path / "tiny"
    folder.mkdir()
    for letter in "AB":
        images.write(folder / f"one_{letter}.png", np.zeros((1, 1), np.uint8))
    arguments = ("--methods", "average", "--metrics", "entropy", "q", "--out", tmp_path / "out")
    refused("q", "--pairs", folder, *arguments)
    assert "one,average,0.0," in (tmp_path / "out/results.csv").read_text()


def test_constant_pictures_give_numbers(tmp_path):
    folder = tmp_path / "flat"
    folder.mkdir()
    for letter in "AB":
        images.write(folder / f"flat_{letter}.png", np.full((40, 50), 77, np.uint8))
    done = evaluate("--pairs", folder, "--methods", "average", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "nan" not in (tmp_path / "out/results.csv").read_text()


def test_programs_beside_methods(tmp_path, pairs):
    out = tmp_path / "out"
    mine = "mine=" + command(AVERAGE, "{out} {sources}")
    other = "other=" + command(AVERAGE, "{out} {first} {second}")
    programs = ("--external", mine, "--external", other, "--methods", "average")
    done = evaluate("--pairs", pairs, *programs, "--metrics", "qabf", "--out", out)
    assert done.returncode == 0, done.stderr
    rows = [row.split(",") for row in (out / "results.csv").read_text().splitlines()[1:4]]
    assert [row[1] for row in rows] == ["average", "mine", "other"]
    assert rows[1][2] == rows[2][2]
    assert float(rows[0][2]) == pytest.approx(float(rows[1][2]), abs=0.01)
    tables = (out / "tables.md").read_text()
    assert "| method | qabf | seconds | peak MB |" in tables
    assert re.search(r"^\| mine \| \S+ \| \S+ \| \d+ \|$", tables, re.M)
    name, *_, peak = (out / "times.csv").read_text().splitlines()[2].split(",")
    assert name == "x"
    assert int(peak) > 1_000_000


def test_a_program_alone_and_its_failure_in_one_sentence(tmp_path, pairs):
    mine = "mine=" + command("raise SystemExit('No licence')", "{out} {sources}")
    done = evaluate("--pairs", pairs, "--external", mine, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == [
        "mine on x",
        "mine on y",
    ]
    assert done.stderr.count("ended with exit code 1: No licence.") == 2
    assert "| mine |" in (tmp_path / "out/tables.md").read_text()


def test_a_program_that_is_not_there(tmp_path, pairs):
    arguments = ("--pairs", pairs, "--out", tmp_path)
    refused("There is no program absent", *arguments, "--external", "mine=absent {sources} {out}")
    refused("there are enfuse", *arguments, "--external", "photoshop")
