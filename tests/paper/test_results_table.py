from pathlib import Path

import pytest
from run_tool import works

from paper.marked_lines import replace_marked
from paper.results_table import MARKS, results_table
from twostream.errors import BadInput
from twostream.evaluation.pair_set import Pair
from twostream.evaluation.scores import Score
from twostream.methods import METHODS

PROJECT = Path(__file__).parents[2]
LABELS = {"lp": "LP", "x": "X"}


NAMES = "pairs/clockdark", "pairs/pepsi", "lytro/lytro_01", "lytro/lytro_02", "demo/camera"
PAIRS = [Pair(name.split("/")[1], (Path(f"{name}_A.png"), Path(f"{name}_B.png"))) for name in NAMES]
SCORES = {"mutual_information": 1.0, "qabf": 0.5, "qw": 0.25, "psnr": 3.0, "psnr_rgb": 4.0}


def test_a_column_for_each_picture_set_and_metric():
    scores = [
        Score(pair.name, name, {k: v * n * factor for k, v in SCORES.items()}, seconds=n)
        for n, pair in enumerate(PAIRS, 1)
        for name, factor in (("lp", 1), ("x", 2))
    ]
    table = results_table(PAIRS, scores, LABELS)
    assert table.rows == ["LP", "X"]
    found = dict(zip(table.columns, table.values[0]))
    assert found["Clock MI"] == 1.0
    assert found["Pepsi Q^AB/F"] == 1.0
    assert found["Lytro Qw"] == 0.25 * 3.5  # the mean of the third and the fourth pair
    assert found["PSNR of RGB, dB"] == 20.0
    assert found["seconds"] == 5.0
    assert len(found) == 3 * 3 + 2
    of_the_demo = results_table(PAIRS[-1:], scores[-2:], LABELS).columns
    assert of_the_demo == ["PSNR of RGB, dB", "seconds"]  # none of sets that are missing


def test_the_command_replaces_the_table_of_a_page(tmp_path, noise):
    noise("demo", "camera_A.png", "camera_B.png", "camera_clean.png", shape=(48, 48))
    page = tmp_path / "page.md"
    page.write_text("before\n{}\nold\n{}\nafter\n".format(*MARKS))
    methods = ("--methods", "average", "two_stream:weights=paper")
    where = ("--pairs", tmp_path / "demo", "--page", page, "--evaluation", tmp_path / "out")
    works("paper.results_table", *methods, *where, "--jobs", 1)
    text = page.read_text()
    assert text.startswith(f"before\n{MARKS[0]}\n| method | PSNR of RGB, dB |")
    assert text.endswith(f"|\n{MARKS[1]}\nafter\n")
    assert "| Two-stream (paper's recipe) |" in text
    assert "old" not in text


@pytest.mark.parametrize("text", [None, "no marks", MARKS[0]])
def test_a_page_without_a_place_is_refused_and_stays(tmp_path, text):
    page = tmp_path / "page.md"
    if text:
        page.write_text(text)
    with pytest.raises(BadInput, match=r"page\.md"):
        replace_marked(page, MARKS, "new\n")
    assert not text or page.read_text() == text


def test_the_committed_table_has_every_method_and_no_missing_cell():
    text = (PROJECT / "docs/results.md").read_text()
    lines = text[text.index(MARKS[0]) : text.index(MARKS[1])].splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    labels = [method.label for method in METHODS.values()]
    assert [row[0] for row in rows[2:] if row[0] in labels] == labels  # and rows of other weights
    assert len(rows[0]) == 1 + 3 * 3 + 2
    for row in rows[2:]:
        assert len(row) == len(rows[0])
        assert "-" not in row
