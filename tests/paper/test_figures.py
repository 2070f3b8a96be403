import numpy as np
import pytest
from run_tool import run_here

from twostream.io import images


def figures(*arguments):
    return run_here("paper.figures", "--jobs", 1, *arguments)


@pytest.fixture
def pairs(tmp_path, rng):
    folder = tmp_path / "pairs"
    folder.mkdir()
    for name in ("camera_A", "camera_B", "other_A", "other_B"):
        images.write(folder / f"{name}.png", rng.integers(0, 256, (48, 64)).astype(np.uint8))
    return folder


def test_figures_of_the_papers_pairs(tmp_path, pairs):
    out, evaluation = tmp_path / "figures", tmp_path / "evaluation"
    methods = ("average", "guided_filter")
    done = figures(
        "--pairs", pairs, "--out", out, "--evaluation", evaluation, "--methods", *methods
    )
    assert done.returncode == 0, done.stderr
    assert {path.name for path in out.iterdir()} == {"figure_8_camera.png", "figure_2_camera.png"}
    fused = {path.parent.name for path in evaluation.glob("fused/*/camera.png")}
    assert fused == set(methods)


def refused(sentence, *arguments):
    done = figures(*arguments)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert sentence in done.stderr


def test_nothing_to_show(tmp_path, pairs):
    (pairs / "camera_A.png").rename(pairs / "hut_A.png")
    (pairs / "camera_B.png").rename(pairs / "hut_B.png")
    refused("--names", "--pairs", pairs, "--out", tmp_path)
    refused("no pair named 'boat'", "--pairs", pairs, "--names", "hut", "boat", "--out", tmp_path)


def test_a_missing_partner_is_named(tmp_path, pairs):
    (pairs / "camera_B.png").unlink()
    arguments = ("--out", tmp_path / "figures", "--evaluation", tmp_path / "evaluation")
    refused("camera_A.png is missing", "--pairs", pairs, *arguments)
