"""The document made of small made scores, and the committed one."""

import json
import re
from pathlib import Path

import pytest

from paper.published import published_rows
from paper.reproduction import comparison
from paper.reproduction.claims import judge
from paper.reproduction.comparison import BESIDE, CONTROLS, COPIES, OURS, ROWS
from paper.reproduction.page import page
from paper.reproduction.points import form_distances
from paper.reproduction.qe_forms import qe_forms
from twostream.evaluation.scores import Score

PROJECT = Path(__file__).parents[2]
PUBLISHED = PROJECT / "paper/published.json"
SOURCES = {"camera": 25.0, "coffee": 26.0}


def made(**changed):
    """Scores that are the published numbers, but `changed` by column: a function of the number."""
    return {
        row: {
            scene: score(scene, row, number, changed)
            for number, scenes in COPIES.items()
            for scene in scenes
        }
        for row in (*ROWS, *BESIDE, *CONTROLS)
    }


def score(scene, row, number, changed):
    published = published_rows(number).get(row)
    values = {"psnr": 30.0 if row == "Average" else 40.0}
    for column, found in (published or published_rows(number)[OURS]).items():
        here = changed.get(column, float)(found)
        for variant in comparison.variants(comparison.COLUMNS[column]):
            values[variant.name] = here
    values["mutual_information_sum_bits"] = 7.0
    return Score(scene, row, values, seconds=2.0 if row in ("SRCNN", "CNN") else 1.0)


def words(text, head):
    """Words of one of the two tables: name -> words of Tables 1-4."""
    table = re.search(rf"^\| {head} \|.*\n\| ---.*\n((?:\|.*\n)+)", text, re.M)[1]
    cells = [line.strip("| \n").split(" | ") for line in table.splitlines()]
    return {name: found for name, *found in cells}


def published_numbers(text):
    """Published numbers of the four tables, row by row."""
    return [float(number) for number in re.findall(r"(\d\.\d{4}) / \d", text)]


def all_published():
    tables = json.loads(PUBLISHED.read_text())["tables"]
    return [number for rows in tables.values() for row in rows.values() for number in row]


def test_equal_numbers_reproduce_and_stand_ins_are_not_compared():
    text = page(made(), SOURCES)
    for head in ("metric", "method"):
        for found in words(text, head).values():
            assert found == ["reproduces"] * 2 + ["cannot be compared"] * 2
    assert published_numbers(text) == all_published()
    found = "reproduces: 12, order reproduces: 0, does not: 0, cannot be compared: 12"
    assert f"- the 24 columns of its tables: {found}" in text


def test_words_follow_the_scores():
    changed = {"IE": lambda x: x + 1.5, "MI": lambda x: x + 0.1, "Q": lambda x: 1.5 - x}
    text = page(made(**changed, Xydeas=lambda x: x + 0.01), SOURCES)
    found = words(text, "metric")
    assert found["IE"][:2] == ["cannot be compared"] * 2
    assert found["MI"][:2] == ["order reproduces"] * 2
    assert found["Xydeas"][:2] == ["reproduces"] * 2
    assert found["Q"][:2] == ["does not"] * 2
    assert "IE cannot be compared" in text


def test_claims_are_judged_by_the_scores():
    scores = made()
    comparisons = [comparison.Comparison(number, scores) for number in COPIES]
    assert [found.word for found in judge(OURS, comparisons, SOURCES)] == ["holds"] * 4
    for scene in ("camera", "coffee"):
        scores[OURS][scene].values["psnr"] = 28.0
        scores[OURS][scene].seconds = 3.0
    scores[OURS]["coffee"].values["psnr"] = 31.0
    for scene in ("clockdark", "pepsi"):
        for name in ("qabf", "q", "qw"):
            scores[OURS][scene].values[name] = 0.1
    found = judge(OURS, comparisons, SOURCES)
    assert [one.word for one in found] == ["in part", "holds", "in part", "holds"]
    assert "camera 28.0 against 30.0 dB" in found[0].figures
    assert "number 10 on camera and 10 on coffee" in found[2].figures


def test_forms_of_qe():
    forms = qe_forms({"qw": 0.8, "qe": 0.4, "qw_ssim": 0.0, "qe_ssim": 0.0})
    assert forms == {
        ("Qw Q'w", ""): pytest.approx(0.4),
        ("square root of Qw Q'w", ""): pytest.approx(0.4**0.5),
        ("Q'w alone", ""): pytest.approx(0.5),
    }


def test_the_nearest_form_is_that_of_the_scores():
    scores = made()
    distances = form_distances([comparison.Comparison(number, scores) for number in COPIES])
    assert min(distances, key=distances.get)[0] == "Qw Q'w"
    assert min(distances.values()) == pytest.approx(0)


def test_the_committed_document_has_the_papers_240_numbers():
    text = (PROJECT / "docs/reproduction.md").read_text()
    assert published_numbers(text) == all_published()
    assert len(all_published()) == 240


def test_the_committed_document_names_the_row_that_is_impossible():
    text = (PROJECT / "docs/reproduction.md").read_text()
    assert "DWT in Table 2 (Qw 0.6887, Qe 0.7686)" in text
