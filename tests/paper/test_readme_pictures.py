from pathlib import Path

import numpy as np
from PIL import Image
from run_tool import run_here

from paper import readme_pictures
from paper.demo_stack import demo_stack

DOCS = Path(__file__).parents[2] / "docs"


def test_of_a_part_of_the_scene(tmp_path, monkeypatch):
    frames, clean = demo_stack()
    part = np.s_[20:120, 340:440]
    small = [frames[n][part] for n in (0, -1)], clean[part]
    monkeypatch.setattr(readme_pictures, "demo_stack", lambda: small)
    done = run_here("paper.readme_pictures", "--out", tmp_path / "out")
    written = {path.name for path in (tmp_path / "out").iterdir()}
    pictures = {"stack_0.png", "stack_1.png", "fused.png", "depth.png"}
    assert written == pictures | {"stack.jpg", "wipe.gif"}
    psnr = float(done.stdout.split("PSNR ")[1].split()[0])
    assert psnr > 35


def test_those_in_the_readme_are_small():
    assert (DOCS / "wipe.gif").stat().st_size < 1e6
    with Image.open(DOCS / "wipe.gif") as gif:
        assert (gif.size, gif.n_frames) == ((480, 320), 32)
    assert (DOCS / "stack.jpg").stat().st_size < 2e5
