"""The tools that make sets of known truth and score methods on them."""

import json

import pytest
from made_photographs import write_photographs
from run_tool import run_here


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    images, masks = write_photographs(folder, 80)
    made = ("--images", images, "--masks", masks, "--count", 1, "--out", folder / "truth")
    done = run_here("paper.truth.__main__", *made)
    assert done.returncode == 0, done.stderr
    assert [line.split("/")[0] for line in done.stdout.splitlines()] == [
        "borders",
        "half",
        "depth",
        "stacks",
    ]
    return folder / "truth"


def test_scores_by_region(truth, tmp_path):
    rows = ("average", "two_stream:weights=fast", "best_choice")
    arguments = ("--truth", truth / "half", "--out", tmp_path)
    done = run_here("paper.score_truth", *arguments, "--methods", *rows)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "tables.md").read_text()
    assert done.stdout.endswith(text)
    assert "| method | half whole | half band | half outside |" in text
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert list(scores) == list(rows)
    assert scores["best_choice"]["half"]["00_sigma0.7"]["psnr_rgb whole"] == "inf"
    assert scores["average"]["half"]["00_sigma0.7"]["psnr_rgb whole"] > 20


def test_the_benchmark_reads_stacks_too(truth, tmp_path):
    arguments = ("--pairs", truth / "stacks", "--out", tmp_path, "--methods", "average")
    done = run_here(
        "twostream.cli.evaluate", *arguments, "--metrics", "psnr", "psnr_rgb", "ssim_rgb"
    )
    assert done.returncode == 0, done.stderr
    assert (
        "| method | psnr | psnr_rgb | ssim_rgb | seconds |" in (tmp_path / "tables.md").read_text()
    )


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
    done = run_here(f"paper.{tool}", *arguments, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
