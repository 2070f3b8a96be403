"""Programs compared on pictures of known truth, with tiny programs and pictures."""

import json
import sys

import numpy as np
import pytest
from programs_of_others import AVERAGE, command

from benchmarks import program_table, stacks
from benchmarks.program_cases import MARGIN, Case, Scene, scores
from twostream.errors import BadInput
from twostream.evaluation.programs import PRESETS, Program
from twostream.io import images
from twostream.metrics import psnr_rgb


@pytest.fixture
def case(tmp_path, rng):
    truth = rng.integers(20, 230, (110, 120, 3)).astype(np.uint8)
    paths = []
    for letter, change in (("A", 4), ("B", 8)):
        paths.append(tmp_path / f"{letter}.png")
        images.write(paths[-1], truth + np.uint8(change))
    return Case("still", "Two pictures", (Scene(tuple(paths), (truth,)),) * 2)


def test_rows_and_their_table(case):
    good = Program.of("good", command(AVERAGE, "{out} {sources}"))
    bad = Program.of("bad", command("raise SystemExit('never')", "{out} {sources}"))
    rows = list(program_table.compared([good, bad], [case]))
    assert [(row.program, row.case) for row in rows] == [("good", "still"), ("bad", "still")]
    assert rows[0].psnr_rgb == pytest.approx(20 * np.log10(255 / 6))
    assert 0.9 < rows[0].ssim_rgb < 1
    assert rows[0].seconds > 0
    assert rows[1].error.endswith("ended with exit code 1: never.")
    rows[0].program = program_table.FIRST
    lines = program_table.table(case, rows).markdown().splitlines()
    assert lines[0] == "### Two pictures"
    assert " 1.00 " in lines[4]
    assert lines[5] == "| bad | - | - | - | - | - | - |"


def test_this_toolkit_is_called_as_any_program(case):
    words = program_table.OURS["two_stream-fast"]
    (row,) = program_table.compared([Program("two_stream-fast", words)], [case])
    assert row.error is None
    assert row.psnr_rgb > 20


def test_what_is_not_installed_is_skipped_with_a_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    found = program_table.contest()
    assert [program.name for program in found.programs] == list(program_table.OURS)
    assert list(found.skipped) == list(PRESETS)
    text = json.dumps(program_table.as_json(found, []))
    assert "enfuse is not installed: it is Debian's package" in text
    assert json.loads(text)["commands"]["select"][1:4] == ["-m", "twostream", "fuse"]


def test_a_cropped_picture_is_found_on_the_truth_that_it_fits(rng):
    truths = tuple(rng.integers(0, 256, (100, 120, 3)).astype(np.uint8) for _ in range(3))
    scene = Scene((), truths)
    fused = truths[1][2:99, 7:110].copy()
    fused[MARGIN + 10, MARGIN + 10] ^= 255
    inner = np.s_[2 + MARGIN : 99 - MARGIN, 7 + MARGIN : 110 - MARGIN]
    found = scores(fused, scene)
    assert found["psnr_rgb"] == psnr_rgb(truths[1][inner], fused[MARGIN:-MARGIN, MARGIN:-MARGIN])
    with pytest.raises(BadInput, match="The picture has the size 120x101, the truth 120x100"):
        scores(np.zeros((101, 120, 3), np.uint8), scene)
    fused = truths[0].copy()
    fused[: MARGIN - 1] = 0  # the margin does not count
    assert scores(fused, Scene((), truths[:1])) == {"psnr_rgb": np.inf, "ssim_rgb": 1}


def test_frames_of_a_moved_stack_lie_on_their_truths(rng):
    flat = np.kron(rng.integers(0, 256, (20, 30, 3)), np.ones((8, 8, 1))).astype(np.uint8)
    found = stacks.moved(stacks.Stack((flat,) * 8, (flat,)))
    assert len(found.truths) == 8
    for source, truth in zip(found.sources, found.truths):
        np.testing.assert_array_equal(source, truth)
    np.testing.assert_array_equal(found.sources[0], flat)
    assert psnr_rgb(found.sources[0], found.sources[5]) < 30
