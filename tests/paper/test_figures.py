import pytest
from run_tool import refused, works


@pytest.fixture
def pairs(noise):
    names = ("camera_A.png", "camera_B.png", "other_A.png", "other_B.png")
    return noise("pairs", *names, shape=(48, 64))[0].parent


@pytest.fixture
def figures(tmp_path, pairs):
    folders = ("--out", tmp_path / "figures", "--evaluation", tmp_path / "evaluation")
    return ("paper.figures", "--jobs", 1, "--pairs", pairs, *folders)


def test_figures_of_the_papers_pairs(tmp_path, figures):
    works(*figures, "--methods", "average", "guided_filter")
    written = {path.name for path in (tmp_path / "figures").iterdir()}
    assert written == {"figure_8_camera.png", "figure_2_camera.png"}
    fused = {path.parent.name for path in (tmp_path / "evaluation").glob("fused/*/camera.png")}
    assert fused == {"average", "guided_filter"}


def test_nothing_to_show(pairs, figures):
    (pairs / "camera_B.png").rename(pairs / "hut_B.png")
    refused("camera_A.png is missing", *figures)
    (pairs / "camera_A.png").rename(pairs / "hut_A.png")
    refused("--names", *figures)
    refused("no pair named 'boat'", *figures, "--names", "hut", "boat")
