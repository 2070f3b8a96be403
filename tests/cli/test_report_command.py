import re

import numpy as np
import pytest
from run_tool import run_here

from twostream.io import images

pytest.importorskip("markdown_it", reason="markdown-it-py is not there (no Debian package)")


@pytest.fixture
def pairs(tmp_path, rng):
    folder = tmp_path / "pairs"
    folder.mkdir()
    for name in ("camera_A", "camera_B", "camera_clean"):
        images.write(folder / f"{name}.png", rng.integers(0, 256, (48, 64)).astype(np.uint8))
    return folder


def report(tmp_path, *arguments):
    out = tmp_path / "new" / "report.html"
    done = run_here(
        "report", "--jobs", 1, "--evaluation", tmp_path / "evaluation", "--out", out, *arguments
    )
    return done, out


def test_one_file_with_viewers_tables_pages_and_figures(tmp_path, pairs):
    page = tmp_path / "page.md"
    page.write_text("# Ours\n\n| m | x |\n| --- | --- |\n| a | 1 / 2 |\n")
    done, out = report(
        tmp_path, "--pairs", pairs, "--methods", "average", "select", "--pages", page
    )
    assert done.returncode == 0, done.stderr
    assert str(out) in done.stdout
    text = out.read_text()
    alts = re.findall(r'<img src="data:[^"]+"[^>]*? alt="([^"]+)"', text)
    assert [re.sub(" (where|of the second|with).*", "", alt) for alt in alts[:6]] == [
        "Source A of camera",
        "Source B of camera",
        "camera, fused by Average",
        "camera, fused by Select",
        "camera, sharp all over",
        "Focus map: white",
    ]
    assert "Figure 8" in text
    assert "Figure 2" in text
    assert "x paper" in text
    assert "Known truth" in text
    assert "://" not in text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--methods", "average", "average"), "same name"),
        (("--methods", "averag"), "average"),
        (("--pages", "none.md"), "Cannot read the page none.md"),
    ],
)
def test_what_is_refused(tmp_path, pairs, arguments, sentence):
    done, out = report(tmp_path, "--pairs", pairs, *arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not out.exists()
