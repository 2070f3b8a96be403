import re
from types import SimpleNamespace

import numpy as np
import pytest

from twostream.errors import BadInput
from twostream.report.focus_map import chosen_sources, focus_map
from twostream.report.html.fusion_report import SIDE, fusion_report


class Frames(dict):
    """Frames with the names of their files."""

    def __iter__(self):
        return iter(self.values())

    def name(self, number):
        return [*self.keys()][number]


def result(frames, image, focus_map=None):
    return SimpleNamespace(frames=Frames(frames), image=image, focus_map=focus_map)


def uris(page):
    return re.findall(r'<img src="(data:[^"]+)"', page)


def test_sources_result_map_and_lines(tmp_path, rng):
    sources = {f"{n}.png": rng.integers(0, 65536, (30, 40, 1)).astype(np.uint16) for n in "abc"}
    path = tmp_path / "report.html"
    source = rng.integers(0, 3, (30, 40))
    fusion_report(path, result(sources, sources["a.png"][..., 0], source), ["Took <1 s."])
    page = path.read_text()
    assert len(uris(page)) == 5
    for text in ("Source b.png", "Fusion of the 3 sources", "Took &lt;1 s.", "black from c.png"):
        assert text in page
    assert "://" not in page


def test_each_picture_is_stored_once_and_reduced(tmp_path):
    image = np.zeros((20, 2 * SIDE), np.uint8)
    path = tmp_path / "report.html"
    fusion_report(path, result({"a": image, "b": image + 1}, image + 2))
    page = path.read_text()
    assert len(uris(page)) == page.count("base64,") == len(set(uris(page))) == 3
    assert f'data-width="{SIDE}" data-height="10"' in page


def test_names_of_files_cannot_become_html(tmp_path):
    image = np.zeros((9, 9), np.uint8)
    fusion_report(tmp_path / "r.html", result({'<b>"x': image, "<": image}, image))
    page = (tmp_path / "r.html").read_text()
    assert "<b>" not in page
    assert page.count("</script>") == page.count("<script>") == 4
    with pytest.raises(BadInput, match="Cannot write"):
        fusion_report(tmp_path / "none" / "r.html", result({"a": image}, image))


def test_select_chooses_the_sharp_source(rng):
    sharp = rng.integers(0, 256, (64, 96)).astype(np.uint8)
    flat = np.full_like(sharp, 128)
    a, b = sharp.copy(), sharp.copy()
    a[:, 48:], b[:, :48] = flat[:, 48:], flat[:, :48]
    np.testing.assert_array_equal(focus_map(np.array([[0, 1, 2]]), 3), [[255, 128, 0]])
    source = chosen_sources([a, b])
    assert source[:, :40].mean() < 0.05
    assert source[:, 56:].mean() > 0.95
