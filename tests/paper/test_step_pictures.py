"""The pictures of docs/how-it-decides.md."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from run_tool import works

from paper import step_pictures
from paper.demo_stack import demo_stack
from paper.step_pictures import GAP, PLANES, STRENGTH, WIDTH, side_by_side

DOCS = Path(__file__).parents[2] / "docs"
NAMES = [f"step_{number}.jpg" for number in range(1, 7)]


def test_of_a_part_of_the_scene(tmp_path, monkeypatch):
    frames, truth = demo_stack(PLANES, STRENGTH)
    part = np.s_[:110, :220]
    small = [frame[part] for frame in frames], truth[part]
    monkeypatch.setattr(step_pictures, "demo_stack", lambda planes, strength: small)
    done = works("paper.step_pictures", "--out", tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").glob("*.jpg")) == NAMES
    copied, fused = map(float, re.findall(r"([\d.]+) dB", done.stdout))
    assert 40 < copied < fused - 1


def test_those_in_the_docs_are_shown_light_and_wide():
    found = re.findall(r"^!\[[^\]]+\]\((\S+)\)$", (DOCS / "how-it-decides.md").read_text(), re.M)
    assert found == NAMES
    assert sum((DOCS / name).stat().st_size for name in NAMES) < 4e5
    for name in NAMES:
        with Image.open(DOCS / name) as picture:
            assert picture.width == WIDTH


@pytest.mark.parametrize("count", [2, 3])
def test_side_by_side(count):
    pictures = [np.full((40, 60), 50 * number, np.uint8) for number in range(1, count + 1)]
    sheet = side_by_side(pictures)
    width = (WIDTH - GAP * (count - 1)) // count
    assert sheet.shape == (round(width * 2 / 3), WIDTH, 3)
    for number in range(count):
        start = number * (width + GAP)
        assert (sheet[:, start : start + width] == 50 * (number + 1)).all()
        assert (sheet[:, start + width : start + width + GAP] == 255).all()
