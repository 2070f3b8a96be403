"""Scores against the truth, by region."""

import math
import sys
from operator import itemgetter

import cv2
import numpy as np
import pytest
from made_photographs import made_supply

from paper.truth.best_choice import best_choice, best_smooth_choice
from paper.truth.rows import OTHERS, external, registered_to, row
from paper.truth.scores import FRAME, REGIONS, eight_bits, score, score_regions
from paper.truth.sets import write_truth
from paper.truth.tables import mean_scores
from twostream.errors import BadInput
from twostream.evaluation.programs import Program
from twostream.methods.average import fuse as average

FIRST = itemgetter(0)
SMALL = ("borders", "half", "depth", "stacks")


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    out = tmp_path_factory.mktemp("truth")
    list(write_truth(made_supply(), out, count=2, names=SMALL))
    return out


def test_any_callable_can_be_scored(truth):
    scores = score(lambda sources: sources[1], truth)
    assert list(scores) == ["borders", "depth", "half", "stacks"]
    assert list(scores["half"]) == ["00_sigma0.7", "01_sigma0.9"]
    columns = {f"{metric} {region}" for metric in ("psnr_rgb", "ssim_rgb") for region in REGIONS}
    assert set(scores["half"]["00_sigma0.7"]) == columns


def test_a_set_alone_scores_as_among_others_and_in_processes(truth):
    assert score(average, truth / "half", jobs=2) == {"half": score(average, truth)["half"]}


def test_best_choice_is_exact_in_half_and_above_all_else(truth):
    best = score(row("best_choice"), truth, given="sample")
    for fuse in (average, FIRST):
        for name, pictures in score(fuse, truth).items():
            for picture, values in pictures.items():
                assert values["psnr_rgb whole"] < best[name][picture]["psnr_rgb whole"]
    assert {v["psnr_rgb whole"] for v in best["half"].values()} == {math.inf}
    assert max(v["psnr_rgb band"] for v in best["borders"].values()) < 60


def test_pixels_are_copied_whole_from_the_nearest():
    truth = np.zeros((1, 2, 3), np.uint8)
    a = np.array([[(9, 0, 0), (5, 5, 5)]], np.uint8)
    b = np.array([[(5, 5, 5), (9, 9, 0)]], np.uint8)
    np.testing.assert_array_equal(best_choice([a, b], truth)[0], [(5, 5, 5), (5, 5, 5)])
    np.testing.assert_array_equal(best_choice([a, a[:, ::-1]], truth), [[(5, 5, 5), (5, 5, 5)]])


def test_smooth_choice_ignores_single_pixels(rng):
    truth = rng.integers(50, 200, (40, 60, 3)).astype(np.uint8)
    near, far = truth.copy(), truth.copy()
    near[:, 30:] += 20
    far[:, :30] += 20
    near[20, 10] += 30  # one pixel of it is worse than the other
    chosen = best_smooth_choice([near, far], truth)
    np.testing.assert_array_equal(chosen[:, :26], near[:, :26])
    np.testing.assert_array_equal(chosen[:, 34:], truth[:, 34:])
    np.testing.assert_array_equal(best_choice([near, far], truth)[20, 10], far[20, 10])


@pytest.mark.parametrize("text", OTHERS)
def test_other_rows_give_a_picture(truth, text):
    scores = score(row(text), truth / "depth", given="sample")["depth"]
    assert min(values["psnr_rgb whole"] for values in scores.values()) > 10


def test_choices_among_registered_frames_are_those_among_frames_in_place(truth):
    free, bound = row("best_choice"), row("best_choice:align=none")
    scores = [score(way, truth / "stacks", given="sample") for way in (free, bound)]
    assert scores[0] == scores[1]


def test_what_a_row_refuses_has_no_scores(truth, capsys):
    program = Program("breaks", ("sh", "-c", "exit 3", "{out}", "{sources}"))
    scores = score(external(program), truth / "half", given="sample")
    assert list(scores["half"].values()) == [{}, {}]
    assert "half/00_sigma0.7_A: breaks ended with exit code 3" in capsys.readouterr().err
    assert mean_scores(scores["half"]) == {}


@pytest.mark.parametrize(
    "changed", ["np.dstack([image] * 3)", "image.astype(np.uint16) * 257", "image"]
)
def test_a_program_may_write_more_channels_and_bits(truth, changed):
    code = "import sys, cv2, numpy as np; *_, a, out = sys.argv; image = cv2.imread(a, 0); "
    code += f"cv2.imwrite(out, {changed})"
    program = Program("mine", (sys.executable, "-c", code, "{sources}", "{out}"))
    scores = score(external(program), truth / "half", given="sample")
    assert scores == score(lambda sources: sources[-1], truth / "half")


def test_a_cropped_result_has_no_scores(truth, capsys):
    code = "import sys, cv2; *_, a, out = sys.argv; cv2.imwrite(out, cv2.imread(a)[1:])"
    program = Program("mine", (sys.executable, "-c", code, "{sources}", "{out}"))
    assert not any(score(external(program), truth / "half", given="sample")["half"].values())
    assert "The image by mine has the size" in capsys.readouterr().err


def test_a_moved_result_is_registered_to_the_truth(rng):
    scene = cv2.GaussianBlur(rng.uniform(0, 1, (120, 160, 3)), (0, 0), 4)
    truth = np.rint(255 * (scene - scene.min()) / np.ptp(scene)).astype(np.uint8)
    moved = cv2.warpAffine(truth, np.array([[1, 0.01, 2], [-0.01, 1, -1.5]]), (160, 120))
    before, after = (
        np.abs(found - 1.0 * truth)[16:-16, 16:-16].mean()
        for found in (moved, registered_to(truth, moved))
    )
    assert after < 0.1 * before


def test_16_bits_are_scored_in_the_range_that_they_use(rng):
    truth = rng.integers(0, 4096, (70, 80, 3)).astype(np.uint16)
    first, second = (
        score_regions(*eight_bits(truth + up, truth + up + 40), truth[..., 0] < 0)
        for up in (0, 20000)
    )
    assert first["psnr_rgb whole"] == pytest.approx(20 * math.log10(4096 / 40), abs=0.3)
    assert first == pytest.approx(second)


def test_floats_are_rounded(truth):
    rounded = score(lambda sources: sources[0] + 0.4, truth / "half")
    assert rounded == score(FIRST, truth / "half")


def test_regions_without_the_frame(rng):
    truth = rng.integers(0, 200, (70, 80, 3)).astype(np.uint8)
    fused, band = truth.copy(), np.zeros((70, 80), bool)
    band[:, 40:50] = True
    fused[:FRAME] += 9
    fused[:, -FRAME:] += 9
    assert score_regions(truth, fused, band)["psnr_rgb whole"] == math.inf
    fused[FRAME:-FRAME, 40:50] += 2
    values = score_regions(truth, fused, band)
    assert values["psnr_rgb band"] == pytest.approx(10 * math.log10(255**2 / 4))
    assert values["psnr_rgb outside"] == math.inf
    assert values["psnr_rgb whole"] == pytest.approx(10 * math.log10(255**2 / (4 * 10 / 48)))
    assert values["ssim_rgb band"] < values["ssim_rgb whole"] < values["ssim_rgb outside"]
    assert "psnr_rgb band" not in score_regions(truth, fused, np.zeros_like(band))


def test_what_is_missing_is_said(truth, tmp_path):
    def refused(sentence, folder=tmp_path):
        with pytest.raises(BadInput, match=sentence):
            score(FIRST, folder)

    refused(r"no set of known truth; make some with `make truth`\.")
    for path in (truth / "half").glob("00*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "00_sigma0.7_band.png").unlink()
    refused("00_sigma0.7_band.png does not exist")
    (tmp_path / "00_sigma0.7_clean.png").unlink()
    refused("The ground truth of .*00_sigma0.7_A.png is missing")
    refused("Cannot read the folder", tmp_path / "nowhere")
