"""The tools that make sets of known truth and score methods on them, and their tables."""

import json
import math

import pytest
from made_photographs import write_photographs
from run_tool import refused, works

from paper.truth.tables import mean_scores, truth_tables, worse_than_controls
from twostream.report.means import EQUAL_PSNR


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    images, masks = write_photographs(folder, 80)
    made = ("--images", images, "--masks", masks, "--count", 1, "--out", folder / "truth")
    sets = ("half", "stacks", "range")
    said = works("paper.truth.__main__", *made, "--sets", *sets).stdout.splitlines()
    assert [line.split("/")[0] for line in said] == list(sets)
    return folder / "truth"


def test_scores_by_region(truth, tmp_path):
    rows = ("average", "two_stream:weights=fast", "best_choice")
    arguments = ("--truth", truth / "half", "--out", tmp_path)
    done = works("paper.score_truth", *arguments, "--methods", *rows)
    text = (tmp_path / "tables.md").read_text()
    assert done.stdout.endswith(text)
    assert "| method | half |" in text
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert list(scores) == list(rows)
    assert scores["best_choice"]["half"]["00_sigma0.7"]["psnr_rgb whole"] == "inf"
    assert scores["average"]["half"]["00_sigma0.7"]["psnr_rgb whole"] > 20


def test_the_benchmark_reads_stacks_too(truth, tmp_path):
    arguments = ("--pairs", truth / "stacks", "--out", tmp_path, "--methods", "average")
    works("evaluate", *arguments, "--metrics", "psnr", "psnr_rgb", "ssim_rgb")
    head = "| method | psnr | psnr_rgb | ssim_rgb | seconds |"
    assert head in (tmp_path / "tables.md").read_text()


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("truth.__main__", ("--images", "nowhere"), "There is no folder nowhere."),
        ("truth.__main__", ("--images", ".", "--count", "0"), "--count must be at least 1."),
        ("score_truth", ("--truth", "nowhere"), "Cannot read the folder nowhere"),
        ("score_truth", ("--methods", "avrage"), "did you mean average?"),
        ("score_truth", ("--jobs", "0"), "--jobs must be at least 1."),
    ],
)
def test_bad_input_is_one_sentence(tmp_path, tool, arguments, sentence):
    refused(sentence, f"paper.{tool}", *arguments, "--out", tmp_path / "out")


def picture(whole, band, outside=math.inf):
    psnr = dict(zip(("whole", "band", "outside"), (whole, band, outside)))
    similarity = {f"ssim_rgb {place}": 0.5 for place in psnr}
    return {**{f"psnr_rgb {place}": value for place, value in psnr.items()}, **similarity}


ROWS = {
    "average": {"borders": {"00_r1_disc": picture(30, 20), "01_r8_disc": picture(24, 22)}},
    "two_stream": {"borders": {"00_r1_disc": picture(40, 30), "01_r8_disc": picture(20, 10)}},
}


def test_tables_by_region_and_radius():
    tables = truth_tables(ROWS)
    assert [table.columns for table in tables[:5]] == 5 * [["borders"]]
    assert [t.values for t in tables[:3]] == [[[27], [30]], [[21], [20]], 2 * [[EQUAL_PSNR]]]
    assert tables[4].values == [[24], [20]]
    assert tables[5].columns == ["1 px whole", "1 px band", "8 px whole", "8 px band"]
    assert tables[5].values == [[30, 20, 24, 22], [40, 30, 20, 10]]
    half = {name: {"half": scores["borders"]} for name, scores in ROWS.items()}
    assert len(truth_tables(half)) == 5  # without radii


def test_pictures_without_a_region_do_not_count():
    partly = picture(10, 5)
    del partly["psnr_rgb band"]
    assert mean_scores({"a": partly, "b": picture(20, 7)})["psnr_rgb band"] == 7


def test_pictures_that_are_worse_than_a_control_are_named():
    assert worse_than_controls(ROWS, "average") == []
    worse = ["borders/01_r8_disc: two_stream 20.00, average 24.00 dB"]
    assert worse_than_controls(ROWS, "two_stream") == worse
