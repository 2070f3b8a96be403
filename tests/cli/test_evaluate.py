import csv
import json
import re

import numpy as np
import pytest
from programs_of_others import AVERAGE, command
from real_caffe import IN_CAFFE, require_caffe
from run_tool import run_here, run_tool

from twostream.engines import engine_name
from twostream.io import images

PAPER = "pair,method,entropy,mutual_information,qabf,q,qw,qe"
TWO_STREAM = ("average", "two_stream:weights=fast")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def pairs(noise):
    return noise("pairs", *(f"{name}.png" for name in ("x_A", "x_B", "x_clean", "y_A", "y_B")))[
        0
    ].parent


@pytest.fixture
def evaluate(pairs, out):
    """Score; the run must end in lines that begin with these words."""

    def run(*arguments, says=(), pairs=pairs):
        done = run_here("evaluate", "--jobs", 1, "--pairs", pairs, "--out", out, *arguments)
        assert done.returncode == (2 if says else 0), done.stderr
        lines = done.stderr.splitlines() if says else []
        assert len(lines) == len(says)
        assert all(sentence in line for sentence, line in zip(says, lines)), lines
        return done

    return run


def rows_of(path):
    with open(path) as file:
        return list(csv.reader(file))


def test_methods_pairs_and_metrics(evaluate, out):
    evaluate("--methods", "average", "laplacian_pyramid")
    text = (out / "tables.md").read_text()
    for line in ("### x", "### y", "### Mean over the 2 pairs in pairs", "### Seconds per image"):
        assert line in text
    assert "| laplacian_pyramid |" in text
    rows = rows_of(out / "results.csv")
    assert rows[0] == f"{PAPER},psnr,ssim,psnr_rgb,ssim_rgb".split(",")
    assert len(rows) == 5


def test_a_folder_of_ones_own_has_nothing_of_the_paper(noise, evaluate, out):
    """Also where a pair has the name of one of the paper's."""
    names = ("coffee_A.png", "coffee_B.png", "coffee_clean.png", "clock_A.png", "clock_B.png")
    done = evaluate("--methods", "average", pairs=noise("mine", *names)[0].parent)
    texts = [done.stdout, done.stderr, *(path.read_text() for path in out.glob("tables.*"))]
    assert "### coffee" in texts[2] + texts[3]
    assert not re.search(r"paper|Table \d|Clock|stand-in|Xu", "".join(texts))


def test_pairs_of_photographs_that_were_trained_on_are_named(tmp_path, evaluate, monkeypatch):
    manifest = tmp_path / "data/mine/manifest.json"
    manifest.parent.mkdir(parents=True)
    photographs = {"train": [["x", "x.png"], ["z", "z.png"]], "val": [["y", "y.png"]]}
    manifest.write_text(json.dumps({"photographs": photographs}))
    monkeypatch.chdir(tmp_path)
    said = evaluate("--methods", "average", "--metrics", "psnr").stderr
    lines = [line for line in said.splitlines() if "train" in line]
    assert lines == ["Warning: photographs of these pairs are in training sets (data/mine: x)."]


def test_a_method_with_other_weights_is_a_row_of_its_own(evaluate, out):
    evaluate("--methods", *TWO_STREAM, "two_stream:weights=paper", "--metrics", "psnr_rgb")
    rows = rows_of(out / "results.csv")[1:4]
    names = ["average", "two_stream-weights=fast", "two_stream-weights=paper"]
    assert [row[1] for row in rows] == names
    assert len({row[2] for row in rows}) == 3
    assert sorted(path.name for path in (out / "fused").iterdir()) == names


def test_scores_of_another_engine_are_not_taken(evaluate, out):
    """Its rows have the same names, since the engines agree, but it was to be run."""
    engine = ["--engine", engine_name("auto")]
    seconds, rows = [], []
    for chosen in ([], engine, engine):
        evaluate("--methods", "dwt", "two_stream:weights=fast", "--metrics", "qabf", *chosen)
        seconds.append((out / "times.csv").read_text().splitlines())
        rows.append((out / "results.csv").read_text().splitlines())
    assert rows[0] == rows[1] == rows[2]
    assert [first == second for first, second in zip(*seconds[:2])] == [True, *[True, False] * 2]
    assert seconds[1] == seconds[2]


@pytest.mark.caffe
def test_real_caffe_makes_the_tables(tmp_path, pairs):
    """The command of docs/benchmark.md, on small pictures: scores as by another engine."""
    require_caffe()
    names, scores = {}, {}
    for engine, start in {"caffe": {"start": [IN_CAFFE, "python3"]}, "auto": {}}.items():
        folders = ("--pairs", pairs, "--out", tmp_path / engine, "--engine", engine, "--jobs", 1)
        done = run_tool("evaluate", *folders, "--methods", *TWO_STREAM, **start)
        assert done.returncode == 0, done.stderr
        head, *rows = rows_of(tmp_path / engine / "results.csv")
        names[engine] = head, [row[:2] for row in rows]
        scores[engine] = np.array([[float(cell or "nan") for cell in row[2:]] for row in rows])
    assert names["caffe"] == names["auto"]
    assert scores["caffe"].shape == (4, 10)
    np.testing.assert_allclose(scores["caffe"], scores["auto"], rtol=1e-3)
    assert "| two_stream-weights=fast |" in (tmp_path / "caffe" / "tables.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--methods", "dct:weights=fast"), "dct has no option"),
        (("--methods", "avrage"), "average"),
        (("--metrics", "qafb"), "qabf"),
        (("--pairs", "missing"), "missing"),
        (("--fused", "missing"), "missing"),
        (("--external", "mine=absent {sources} {out}"), "There is no program absent"),
        (("--external", "photoshop"), "there are enfuse"),
    ],
)
def test_what_cannot_be_scored(evaluate, arguments, sentence):
    evaluate(*arguments, says=[sentence])


def test_a_missing_partner_leaves_the_other_cells(pairs, evaluate, out):
    (pairs / "y_B.png").unlink()
    evaluate("--methods", "average", says=["y_A.png is missing"])
    head, x, y = rows_of(out / "results.csv")
    assert all(x)
    assert y == ["y", "average", *[""] * (len(head) - 2)]
    assert "### Failed" in (out / "tables.md").read_text()


def test_somebody_elses_results_of_the_right_and_of_another_size(noise, evaluate, out):
    theirs = noise("theirs", "x.png", "y.png")[0].parent
    evaluate("--fused", theirs)
    assert [row[1] for row in rows_of(out / "results.csv")[1:]] == ["theirs", "theirs"]
    noise("theirs", "y.png", shape=(30, 50, 3))
    evaluate("--fused", theirs, says=["y.png has the size 50x30, its sources 50x40"])


def test_pictures_too_small_for_the_window_and_constant_ones(tmp_path, evaluate, out):
    tiny, flat = tmp_path / "tiny", tmp_path / "flat"
    for folder, shape in ((tiny, (1, 1)), (flat, (40, 50))):
        folder.mkdir()
        for letter in "AB":
            images.write(folder / f"one_{letter}.png", np.full(shape, 77, np.uint8))
    arguments = ("--methods", "average", "--metrics", "entropy", "q")
    evaluate(*arguments, pairs=tiny, says=["q"])
    assert "one,average,0.0," in (out / "results.csv").read_text()
    evaluate("--methods", "average", pairs=flat)
    assert "nan" not in (out / "results.csv").read_text()


def test_programs_beside_methods(evaluate, out):
    mine = "mine=" + command(AVERAGE, "{out} {sources}")
    other = "other=" + command(AVERAGE, "{out} {first} {second}")
    programs = ("--external", mine, "--external", other, "--methods", "average")
    evaluate(*programs, "--metrics", "qabf")
    rows = rows_of(out / "results.csv")[1:4]
    assert [row[1] for row in rows] == ["average", "mine", "other"]
    assert rows[1][2] == rows[2][2]
    assert float(rows[0][2]) == pytest.approx(float(rows[1][2]), abs=0.01)
    tables = (out / "tables.md").read_text()
    assert "| method | qabf | seconds | peak MB |" in tables
    assert re.search(r"^\| mine \| \S+ \| \S+ \| \d+ \|$", tables, re.M)
    name, *_, peak = rows_of(out / "times.csv")[2]
    assert name == "x"
    assert int(peak) > 1_000_000


def test_a_program_alone_and_its_failure_in_one_sentence(evaluate, out):
    mine = "mine=" + command("raise SystemExit('No licence')", "{out} {sources}")
    done = evaluate("--external", mine, says=["mine on x:", "mine on y:"])
    assert done.stderr.count("ended with exit code 1: No licence.") == 2
    assert "| mine |" in (out / "tables.md").read_text()
