import re
from pathlib import Path

import numpy as np

from twostream.evaluation import demo
from twostream.io import images
from twostream.metrics import psnr, psnr_rgb


def test_every_scene_gains_eight_decibels_over_the_average(tmp_path, capsys):
    found = dict(demo.fuse_scenes(tmp_path))
    assert set(found) == {scene.name for scene in demo.SCENES}
    with capsys.disabled():
        for name, psnr in found.items():
            print(f"\n{name}: " + ", ".join(f"{k} {v:.1f} dB" for k, v in psnr.items()), end="")
    for name, row in table_of_the_page().items():
        # Engines and versions of their libraries differ by less than a tenth of a decibel.
        np.testing.assert_allclose(list(found[name].values()), row, atol=0.15)
    for name, psnr in found.items():
        assert psnr["select"] > psnr["average"] + 8, name
        assert psnr["two_stream"] > psnr["average"], name


def table_of_the_page():
    text = (Path(__file__).parents[2] / "docs/results.md").read_text()
    rows = re.findall(r"^\| (\w+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", text, re.M)
    assert len(rows) == len(demo.SCENES)
    return {name: [float(number) for number in numbers] for name, *numbers in rows}


def test_pictures_of_a_scene_are_written_and_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "SCENES", [s for s in demo.SCENES if s.name == "chelsea"])
    ((_, decibel),) = demo.fuse_scenes(tmp_path)
    names = ("A", "B", "clean", "fused")
    pictures = {name: images.read(tmp_path / f"chelsea_{name}.png") for name in names}
    assert all(p.shape == (300, 451, 3) and p.dtype == np.uint8 for p in pictures.values())
    assert decibel["select"] == psnr_rgb(pictures["clean"], pictures["fused"]) > 40
    assert decibel["select"] != psnr(pictures["clean"], pictures["fused"])
    assert images.read(tmp_path / "demo.jpg").shape == (3 * 204, 204, 3)
