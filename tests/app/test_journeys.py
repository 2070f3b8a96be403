"""Two journeys, from the first frame to the file: on a desk and on a phone."""

import cv2
import numpy as np
import pytest
from app_page import DESKTOP, PHONE, add, fuse, opened, press
from app_server import Server, until
from axe import faults
from browser import browser as a_browser
from made_stack import made_stack

from twostream.io import images


@pytest.fixture(scope="module")
def chromium():
    with a_browser() as found:
        yield found


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    """Paths of nine frames, each focused, shifted, scaled and exposed on its own."""
    folder = tmp_path_factory.mktemp("frames")
    paths = [folder / f"beetle {n + 1}.png" for n in range(9)]
    for path, frame in zip(paths, made_stack(9).frames):
        images.write(path, frame)
    return paths


def saved(page):
    """Download the result."""
    with page.expect_download() as found:
        press(page, "Download")
    return images.read(found.value.path())


def paint(page, x, y):
    """Paint a short stroke on the canvas, at a place in parts of its sides."""
    page.locator(".stage canvas").scroll_into_view_if_needed()
    box = page.locator(".stage canvas").bounding_box()
    at = box["x"] + x * box["width"], box["y"] + y * box["height"]
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] + 30, at[1] + 10, steps=4)
    page.mouse.up()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nine_frames_at_a_desk(chromium, frames, tmp_path, scheme):
    server = Server(tmp_path, tmp_path / "beetle")
    with opened(chromium, server, viewport=DESKTOP, color_scheme=scheme) as page:
        assert faults(page) == []
        add(page, frames)
        page.get_by_text("This is a preview").wait_for()
        page.get_by_role("checkbox", name="beetle 9.png").uncheck()
        until(lambda: "8 of 9 are fused" in page.inner_text("#count"))
        fuse(page)
        assert page.get_by_text("8 frames of").is_visible()
        assert faults(page) == []
        plain = saved(page)
        press(page, "1:1")
        assert page.locator(".zoom output").inner_text() == "100 %"
        press(page, "Retouch")
        assert page.locator(".zoom output").inner_text() == "100 %"
        page.locator("[name=left]").select_option(label="2: beetle 2.png")
        for y in (0.3, 0.6):
            paint(page, 0.7, y)
        page.locator(".stage canvas").press("Control+z")
        until(lambda: page.evaluate("state.strokes.slice(1).join()") == "1,1")
        assert faults(page) == []
        retouched = saved(page)
        assert retouched.shape == plain.shape
        changed = (retouched != plain).any(axis=2)
        assert 50 < changed.sum() < 0.2 * changed.size
    assert server.end() == 0

    (tmp_path / "again").mkdir()
    server = Server(tmp_path / "again", tmp_path / "beetle")
    with opened(chromium, server, viewport=DESKTOP) as page:
        page.get_by_role("button", name="Redo").wait_for()
        assert page.locator(".card input:checked").count() == 8
        np.testing.assert_array_equal(saved(page), retouched)
        page.locator(".stage canvas").press("Control+y")
        until(lambda: page.evaluate("state.strokes.slice(1).join()") == "2,0")
        assert (saved(page) != retouched).any()
    assert server.end() == 0


def test_on_a_phone(chromium, frames, tmp_path):
    server = Server(tmp_path)
    with opened(chromium, server, viewport=PHONE, has_touch=True, color_scheme="dark") as page:
        assert faults(page) == []
        add(page, frames)
        page.get_by_text("This is a preview").wait_for()
        page.get_by_role("button", name="Fuse").tap()
        page.get_by_role("button", name="Download", exact=True).wait_for()
        page.locator(".stage canvas").scroll_into_view_if_needed()
        box = page.locator(".stage canvas").bounding_box()
        page.touchscreen.tap(box["x"] + 0.25 * box["width"], box["y"] + box["height"] / 2)
        assert float(page.locator("[name=wipe]").input_value()) == pytest.approx(25, abs=1)
        page.get_by_role("button", name="Retouch").tap()
        page.locator(".stage canvas").scroll_into_view_if_needed()
        box = page.locator(".stage canvas").bounding_box()
        page.touchscreen.tap(box["x"] + 0.5 * box["width"], box["y"] + 0.75 * box["height"])
        until(lambda: page.evaluate("state.strokes[1]") == 1)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        with page.expect_download() as found:
            page.get_by_role("button", name="Download", exact=True).tap()
        assert cv2.imread(str(found.value.path())).shape[2] == 3
    assert server.end() == 0
