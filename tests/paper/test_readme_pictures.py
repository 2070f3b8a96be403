"""The pictures of the README: a stack, its fusion, and the wipe from one to the other."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageSequence
from run_tool import works

from paper import readme_pictures
from paper.demo_stack import PLANES, demo_stack
from paper.wipe import PAUSE, STEPS, write_wipe
from twostream.data.photograph import Photograph
from twostream.data.sources import read_image
from twostream.metrics import psnr_rgb

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def stack():
    return demo_stack()


def test_the_focus_goes_from_the_far_end_of_the_table_to_the_cup(stack):
    frames, clean = stack
    assert len(frames) == PLANES
    photograph = read_image(Photograph("coffee", "skimage:coffee"))
    assert psnr_rgb(photograph, clean) > 30  # the cup's outline is not exact
    np.testing.assert_allclose(clean[:, 450:], photograph[:, 450:].astype(int), atol=1)
    for part, nearest in ((np.s_[:60, 440:], 0), (np.s_[120:180, 220:340], PLANES - 1)):
        sharp, *found = (
            cv2.Laplacian(picture[part].astype(float), cv2.CV_64F).std()
            for picture in (clean, *frames)
        )
        assert np.argmax(found) == nearest
        np.testing.assert_allclose(found[nearest], sharp, rtol=0.02)


def test_of_a_part_of_the_scene(stack, tmp_path, monkeypatch):
    (first, *_, last), part = stack[0], np.s_[20:120, 340:440]
    small = [first[part], last[part]], stack[1][part]
    monkeypatch.setattr(readme_pictures, "demo_stack", lambda: small)
    done = works("paper.readme_pictures", "--out", tmp_path / "out")
    pictures = {"stack_0.png", "stack_1.png", "fused.png", "depth.png", "stack.jpg", "wipe.gif"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == pictures
    assert float(done.stdout.split("PSNR ")[1].split()[0]) > 35


def test_those_in_the_readme_are_small():
    assert (DOCS / "wipe.gif").stat().st_size < 1e6
    with Image.open(DOCS / "wipe.gif") as gif:
        assert (gif.size, gif.n_frames) == ((480, 320), 32)
    assert (DOCS / "stack.jpg").stat().st_size < 2e5


def test_the_wipe_goes_from_one_picture_to_the_other_and_back(tmp_path):
    before, after = np.zeros((2, 40, 64, 3), np.uint8)
    before[..., 0], after[..., 2] = 200, 180
    write_wipe(tmp_path / "wipe.gif", before, after, 32)
    with Image.open(tmp_path / "wipe.gif") as gif:
        shown = [
            (f.info["duration"], np.array(f.convert("RGB"))) for f in ImageSequence.Iterator(gif)
        ]
    durations, frames = zip(*shown)
    assert (len(frames), frames[0].shape) == (2 * STEPS, (20, 32, 3))
    for number, picture in ((0, before), (STEPS, after)):
        assert durations[number] == PAUSE
        np.testing.assert_allclose(frames[number], picture[:20, :32].astype(int), atol=2)
    half = frames[STEPS // 2]
    np.testing.assert_allclose(half[:, :15], after[:20, :15].astype(int), atol=2)
    assert (half[:, 15:17] == 255).all()
    np.testing.assert_allclose(half[:, 17:], before[:20, :15].astype(int), atol=2)
    np.testing.assert_array_equal(frames[-1], frames[1])
