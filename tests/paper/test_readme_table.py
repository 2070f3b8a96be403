from pathlib import Path

import pytest
from run_tool import run_here

from paper.marked_lines import replace_marked
from paper.readme_table import MARKS, readme_table
from twostream.errors import BadInput
from twostream.evaluation.pair_set import Pair
from twostream.evaluation.scores import Score
from twostream.io import images
from twostream.methods import METHODS

PROJECT = Path(__file__).parents[2]
LABELS = {"lp": "LP", "x": "X"}


def pair(folder, name):
    return Pair(name, tuple(Path(folder, f"{name}_{letter}.png") for letter in "AB"))


PAIRS = [
    pair("pairs", "clockdark"),
    pair("pairs", "pepsi"),
    pair("lytro", "lytro_01"),
    pair("lytro", "lytro_02"),
    pair("demo", "camera"),
]
SCORES = {"mutual_information": 1.0, "qabf": 0.5, "qw": 0.25, "psnr": 3.0, "psnr_rgb": 4.0}


def scores(pairs=PAIRS):
    return [
        Score(p.name, name, {k: v * n * factor for k, v in SCORES.items()}, seconds=n)
        for n, p in enumerate(pairs, 1)
        for name, factor in (("lp", 1), ("x", 2))
    ]


def test_a_column_for_each_picture_set_and_metric():
    table = readme_table(PAIRS, scores(), LABELS)
    assert table.rows == ["LP", "X"]
    found = dict(zip(table.columns, table.values[0]))
    assert found["Clock MI"] == 1.0
    assert found["Pepsi Q^AB/F"] == 1.0
    assert found["Lytro Qw"] == 0.25 * 3.5  # the mean of the third and the fourth pair
    assert found["PSNR of RGB, dB"] == 20.0
    assert found["seconds"] == 5.0
    assert len(found) == 3 * 3 + 2


def test_sets_that_are_missing_have_no_columns():
    found = readme_table(PAIRS[-1:], scores(PAIRS[-1:]), LABELS)
    assert found.columns == ["PSNR of RGB, dB", "seconds"]


def test_the_command_replaces_the_table_of_a_readme(tmp_path, rng):
    (tmp_path / "demo").mkdir()
    for part in ("A", "B", "clean"):
        image = rng.integers(0, 256, (48, 48), dtype="uint8")
        images.write(tmp_path / f"demo/camera_{part}.png", image)
    readme = tmp_path / "README.md"
    readme.write_text("before\n{}\nold\n{}\nafter\n".format(*MARKS))
    methods = ("--methods", "average", "two_stream:weights=paper")
    where = ("--pairs", tmp_path / "demo", "--page", readme, "--evaluation", tmp_path / "out")
    done = run_here("paper.readme_table", *methods, *where, "--jobs", 1)
    assert done.returncode == 0, done.stderr
    text = readme.read_text()
    assert text.startswith(f"before\n{MARKS[0]}\n| method | PSNR of RGB, dB |")
    assert text.endswith(f"|\n{MARKS[1]}\nafter\n")
    assert "| Two-stream (paper's recipe) |" in text
    assert "old" not in text


@pytest.mark.parametrize("text", [None, "no marks", MARKS[0]])
def test_a_readme_without_a_place_is_refused_and_stays(tmp_path, text):
    readme = tmp_path / "README.md"
    if text:
        readme.write_text(text)
    with pytest.raises(BadInput, match=r"README\.md"):
        replace_marked(readme, MARKS, "new\n")
    assert not text or readme.read_text() == text


def test_the_committed_table_has_every_method_and_no_missing_cell():
    text = (PROJECT / "README.md").read_text()
    lines = text[text.index(MARKS[0]) : text.index(MARKS[1])].splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    labels = [method.label for method in METHODS.values()]
    assert [row[0] for row in rows[2:] if row[0] in labels] == labels  # and rows of other weights
    assert len(rows[0]) == 1 + 3 * 3 + 2
    for row in rows[2:]:
        assert len(row) == len(rows[0])
        assert "-" not in row
