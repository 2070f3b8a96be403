"""The tables of synthetic scores, and those of the committed page."""

import json
import re
import shutil
from pathlib import Path

import pytest
from run_tool import PROJECT, works

from paper.published import published_rows
from paper.reproduction import comparison
from paper.reproduction.__main__ import chosen_pairs
from paper.reproduction.comparison import CONTROLS, COPIES, OURS, ROWS, UNPUBLISHED
from paper.reproduction.qe_forms import qe_forms
from paper.reproduction.tables import marks, tables
from twostream.errors import BadInput
from twostream.evaluation.pair_set import read_pair_sets
from twostream.evaluation.scores import Score

TABLES = json.loads((PROJECT / "paper/published.json").read_text())["tables"]
PUBLISHED = [number for rows in TABLES.values() for row in rows.values() for number in row]
PAGES = [PROJECT / f"docs/reproduction{end}.md" for end in ("", "-details")]
SOURCES = {"camera": 25.0, "coffee": 26.0}


def made(**changed):
    """Scores that are the published numbers, but `changed` by column: a function of the number."""
    return {
        row: {
            scene: score(scene, row, number, changed)
            for number, scenes in COPIES.items()
            for scene in scenes
        }
        for row in (*ROWS, *UNPUBLISHED, *CONTROLS)
    }


def score(scene, row, number, changed):
    published = published_rows(number).get(row)
    values = {"psnr": 30.0 if row == "Average" else 40.0}
    for column, found in (published or published_rows(number)[OURS]).items():
        here = changed.get(column, float)(found)
        for variant in comparison.variants(comparison.COLUMNS[column]):
            values[variant.name] = here
    return Score(scene, row, values, seconds=2.0 if row in ("SRCNN", "CNN") else 1.0)


def words(text, head):
    """Words of one of the two tables: name -> words of Tables 1-4."""
    table = re.search(rf"^\| {head} \|.*\n\| ---.*\n((?:\|.*\n)+)", text, re.M)[1]
    cells = [line.strip("| \n").split(" | ") for line in table.splitlines()]
    return {name: found for name, *found in cells}


def published_numbers(text):
    """Published numbers of the four tables, row by row."""
    return [float(number) for number in re.findall(r"(\d\.\d{4}) / \d", text)]


def test_equal_numbers_reproduce_and_stand_ins_are_not_compared():
    found = tables(made(), SOURCES)
    for head in ("metric", "method"):
        for verdicts in words(found["verdict"], head).values():
            assert verdicts == ["reproduces"] * 2 + ["cannot be compared"] * 2
    assert published_numbers(found["tables"]) == PUBLISHED


def test_words_follow_the_scores():
    changed = {"IE": lambda x: x + 1.5, "MI": lambda x: x + 0.1, "Q": lambda x: 1.5 - x}
    found = tables(made(**changed, Xydeas=lambda x: x + 0.01), SOURCES)
    verdicts = words(found["verdict"], "metric")
    assert verdicts["IE"][:2] == ["cannot be compared"] * 2
    assert verdicts["MI"][:2] == ["order reproduces"] * 2
    assert verdicts["Xydeas"][:2] == ["reproduces"] * 2
    assert verdicts["Q"][:2] == ["does not"] * 2


def test_networks_are_compared_by_truth_time_and_columns_won():
    scores = made()
    for scene in ("clockdark", "pepsi"):
        for name in ("qabf", "q", "qw"):
            scores[OURS][scene].values[name] = 0.1
    lines = tables(scores, SOURCES)["networks"].splitlines()
    assert lines[0].startswith("| method | PSNR on camera, dB | PSNR on coffee, dB |")
    assert lines[2] == "| Two-stream | 40.0 | 40.0 | 1.0 | 4 of 9 |"
    assert "| SRCNN | 40.0 | 40.0 | 2.0 | - |" in lines
    assert lines[-2:] == [
        "| Average | 30.0 | 30.0 | - | - |",
        "| better source | 25.0 | 26.0 | - | - |",
    ]


def test_forms_of_qe():
    forms = qe_forms({"qw": 0.8, "qe": 0.4, "qw_ssim": 0.0, "qe_ssim": 0.0})
    assert forms == {
        ("Qw Q'w", ""): pytest.approx(0.4),
        ("square root of Qw Q'w", ""): pytest.approx(0.4**0.5),
        ("Q'w alone", ""): pytest.approx(0.5),
    }


def test_the_nearest_form_is_that_of_the_scores():
    lines = tables(made(), SOURCES)["forms of Qe"].splitlines()
    assert lines[2] == "| Qw Q'w | 0.000 | 0.000 | 0.000 |"
    assert "0.000" not in "".join(lines[3:])


def test_the_committed_page_has_a_place_for_every_table():
    text = "".join(page.read_text() for page in PAGES)
    for name, table in tables(made(), SOURCES).items():
        before, after = marks(name)
        shown = text.partition(before)[2].partition(after)[0]
        assert [line.count("|") for line in shown.strip().splitlines()] == [
            line.count("|") for line in table.strip().splitlines()
        ], name
    assert published_numbers(text) == PUBLISHED
    assert len(PUBLISHED) == 240


@pytest.fixture
def folders(noise, tmp_path):
    """Folders of tiny pairs with the names of the paper's and of the stand-ins."""
    scenes = {"classic": ("clock", "pepsi", "camera"), "demo": ("camera", "coffee")}
    for folder, names in scenes.items():
        parts = [f"{scene}_{part}.png" for scene in names for part in ("A", "B", "clean")]
        noise(folder, *parts, shape=(48, 48))
    return tmp_path / "classic", tmp_path / "demo"


def test_the_tables_of_the_page_are_made_from_the_pairs(folders, tmp_path):
    copies = [shutil.copy(page, tmp_path) for page in PAGES]
    where = ("--pairs", folders[0], "--demo", folders[1], "--out", tmp_path / "out")
    pages = ("--page", copies[0], "--details", copies[1])
    works("paper.reproduction.__main__", *where, *pages, "--jobs", "1")
    text = "".join(Path(page).read_text() for page in copies)
    assert "### Table 1: Clock" in text
    assert text.count("5.5755 / ") == 1
    assert "5.5755 / 7.0794" not in text


def test_stand_ins_are_those_of_the_demo_and_a_missing_pair_is_named(folders):
    chosen = chosen_pairs(read_pair_sets(folders), folders[1])
    origins = {"clock": "classic", "pepsi": "classic", "camera": "demo", "coffee": "demo"}
    assert {scene: pair.folder for scene, pair in chosen.items()} == origins
    for path in folders[0].glob("pepsi_*"):
        path.unlink()
    with pytest.raises(BadInput, match="Table 2 needs the pair pepsi"):
        chosen_pairs(read_pair_sets(folders), folders[1])
