"""The option --report of twostream fuse."""

import re

import numpy as np
import pytest
import tifffile
from run_tool import refused, works


@pytest.fixture
def stack(tmp_path, rng):
    frames = rng.integers(0, 65536, (3, 40, 50)).astype(np.uint16)
    tifffile.imwrite(tmp_path / "stack.tif", frames, photometric="minisblack")
    return tmp_path / "stack.tif"


def shown(page):
    return re.findall(r'<img src="data:[^"]+" alt="([^"]+)"', page.read_text())


def test_sources_result_map_and_summary(tmp_path, stack):
    page, out = tmp_path / "report.html", tmp_path / "fused.png"
    done = works("fuse", stack, "-o", out, "--report", page, "--weights", "fast")
    names = [f"stack.tif (page {n})" for n in (1, 2, 3)]
    assert shown(page)[:4] == [*(f"Source {name}" for name in names), "Fusion of the 3 sources"]
    assert shown(page)[4].startswith(f"Focus map: white where pixels come from {names[0]}")
    assert done.stdout.strip() in page.read_text()
    works("fuse", stack, "-o", out, "--method", "average", "--report", page, "--quiet")
    assert shown(page)[-1] == "Fusion of the 3 sources"  # it does not choose


@pytest.mark.parametrize(
    ("name", "sentence"), [("stack.tif", "end in .html"), ("none/r.html", "there is no folder ")]
)
def test_nothing_is_overwritten_or_fused_in_vain(tmp_path, stack, name, sentence):
    before, out = stack.read_bytes(), tmp_path / "fused.png"
    refused(sentence, "fuse", stack, "-o", out, "--report", tmp_path / name)
    assert stack.read_bytes() == before
    assert not out.exists()
