"""The option --report of twostream fuse."""

import re

import numpy as np
import pytest
import tifffile
from run_tool import run_here


@pytest.fixture
def stack(tmp_path, rng):
    path = tmp_path / "stack.tif"
    frames = rng.integers(0, 65536, (3, 40, 50)).astype(np.uint16)
    tifffile.imwrite(path, frames, photometric="minisblack")
    return path


def shown(page):
    return re.findall(r'<img src="data:[^"]+" alt="([^"]+)"', page.read_text())


def test_sources_result_map_and_summary(tmp_path, stack):
    page, out = tmp_path / "report.html", tmp_path / "fused.png"
    done = run_here("fuse", stack, "-o", out, "--report", page, "--weights", "fast")
    assert done.returncode == 0, done.stderr
    names = [f"stack.tif (page {n})" for n in (1, 2, 3)]
    assert shown(page)[:4] == [*(f"Source {name}" for name in names), "Fusion of the 3 sources"]
    assert shown(page)[4].startswith(f"Focus map: white where pixels come from {names[0]}")
    assert done.stdout.strip() in page.read_text()


def test_a_method_that_does_not_choose_has_no_map(tmp_path, stack):
    page = tmp_path / "report.html"
    how = ("--method", "average", "--report", page, "--quiet")
    assert run_here("fuse", stack, "-o", tmp_path / "fused.jpg", *how).returncode == 0
    assert shown(page)[-1] == "Fusion of the 3 sources"


@pytest.mark.parametrize(
    ("name", "sentence"), [("stack.tif", "end in .html"), ("none/r.html", "there is no folder ")]
)
def test_nothing_is_overwritten_or_fused_in_vain(tmp_path, stack, name, sentence):
    before, out = stack.read_bytes(), tmp_path / "fused.png"
    done = run_here("fuse", stack, "-o", out, "--report", tmp_path / name)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert stack.read_bytes() == before
    assert not out.exists()
