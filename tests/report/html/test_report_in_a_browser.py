"""The pages in a real browser: the mouse, the keyboard, a phone, dark; no error, no request."""

import numpy as np
import pytest
from axe import faults
from browser import browser as a_browser
from browser import opened

from twostream.report.html.embedding import embedded
from twostream.report.html.markdown import blocks
from twostream.report.html.pages import write_page
from twostream.report.html.viewer import Row, Shown, Viewer

TABLE = "| m | PSNR |\n| --- | --- |\n| a | 9.5 |\n| b | 10.5 |\n| c | - |\n| *best* | 99 |\n"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
RED, BLUE, DARK = (200, 0, 0), (0, 0, 200), (190, 0, 0)


@pytest.fixture(scope="module")
def chromium():
    with a_browser() as found:
        yield found


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    colours = {"A": RED, "B": BLUE, "dark": DARK}
    values = {"A": {}, "B": {"psnr": 9.0}, "dark": {"psnr": np.inf}}
    pictures = [
        Shown(name, f"all {name}", embedded(np.full((60, 90, 3), colour, np.uint8)), values[name])
        for name, colour in colours.items()
    ]
    viewer = Viewer("scene", pictures, 1, [Row("psnr", "PSNR", 2)])
    shown = {"viewers": [viewer], "scores": blocks(TABLE), "pages": [], "figures": []}
    write_page(path, "benchmark.html", title="Report", intro="", **shown)
    return path


@pytest.fixture
def page(chromium, report):
    with opened(chromium, report, viewport=DESKTOP) as found:
        yield found


PIXEL = """(canvas, [x, y]) => {
    const one = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
    const context = one.getContext("2d", { willReadFrequently: true });
    context.drawImage(canvas, -Math.floor(x * canvas.width), -Math.floor(y * canvas.height));
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""


def pixel(page, x, y=0.25):
    """Colour at a place of the canvas, in parts of its width and height, once it is drawn."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 30)))")
    return tuple(page.locator("canvas").evaluate(PIXEL, [x, y]))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_no_fault_keeps_people_from_using_it(chromium, report, size, scheme):
    with opened(chromium, report, viewport=size, color_scheme=scheme) as page:
        assert faults(page) == []


def test_the_slider_and_dragging_wipe(page):
    assert (pixel(page, 0.3), pixel(page, 0.7)) == (RED, BLUE)
    page.locator("[name=wipe]").fill("20")
    assert (pixel(page, 0.1), pixel(page, 0.3)) == (RED, BLUE)
    box = page.locator("canvas").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.2 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], middle)
    page.mouse.up()
    assert float(page.locator("[name=wipe]").input_value()) == pytest.approx(80, abs=1)
    assert pixel(page, 0.7) == RED
    page.locator("[name=wipe]").press("End")
    assert pixel(page, 0.9) == RED


def test_keys_do_all_that_the_mouse_does(page):
    canvas = page.locator("canvas")
    canvas.focus()
    for _ in range(15):
        page.keyboard.press("[")
    assert (pixel(page, 0.1), pixel(page, 0.3)) == (RED, BLUE)
    page.keyboard.press("x")
    assert (pixel(page, 0.1), pixel(page, 0.3)) == (BLUE, RED)
    fitted = page.locator(".zoom output").inner_text()
    for key, zoom in (("1", "100 %"), ("+", "125 %"), ("0", fitted)):
        page.keyboard.press(key)
        assert page.locator(".zoom output").inner_text() == zoom
    page.keyboard.press("s")
    assert page.locator("[value=side]").is_checked()
    assert canvas.get_attribute("aria-label") == "B and A, side by side"
    page.keyboard.press("d")
    assert canvas.get_attribute("aria-label") == "Difference of B and A, amplified 8 times"


def test_controls_are_reached_by_tab_and_pictures_have_words(page, chromium, report):
    active, reached = "document.activeElement", set()
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(f"{active}.name || {active}.localName"))
    assert {"left", "right", "swap", "in", "out", "fit", "canvas", "wipe", "summary"} <= reached
    alts = page.eval_on_selector_all("img", "found => found.map(one => one.alt)")
    assert alts == ["all A", "all B", "all dark"]
    with opened(chromium, report, java_script_enabled=False) as page:
        assert page.locator(".strip img").count() == 3
        assert page.locator(".strip img").first.is_visible()


def test_the_difference_is_amplified(page):
    page.locator("[name=right]").select_option("dark")
    page.locator("[value=difference]").check()
    assert pixel(page, 0.5) == (80, 0, 0)
    page.locator("[name=gain]").fill("16")
    assert pixel(page, 0.5) == (160, 0, 0)


def test_zoom_and_pan_move_both_pictures_in_step(page):
    page.locator("[value=side]").check()
    page.locator("canvas").focus()
    for key in ("+", "+", "+", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    at = page.evaluate("() => viewers[0].centre")
    assert at["x"] > 45
    assert at["y"] > 30
    assert (pixel(page, 0.25), pixel(page, 0.75)) == (RED, BLUE)


def test_scores_are_those_of_what_is_shown(page):
    def cells():
        return page.locator("table.shown :is(th, td):visible").all_inner_texts()

    assert cells() == ["metric", "B", "PSNR", "9.00"]
    page.locator(".strip button", has_text="dark").click(modifiers=["Shift"])
    assert cells() == ["metric", "B", "dark", "PSNR", "9.00", "inf"]
    assert page.locator("td.best").all_inner_texts() == ["inf"]
    page.locator("[name=left]").select_option("A")
    page.locator("[name=right]").select_option("A")
    assert page.locator(".unscored").is_visible()


def test_a_table_sorts_by_mouse_and_keyboard(page):
    def names():
        return page.locator(".sortable tbody th, .sortable tfoot th").all_inner_texts()

    heading = page.locator(".sortable th", has_text="PSNR")
    heading.locator("button").click()
    assert names() == ["b", "a", "c", "best"]
    assert heading.get_attribute("aria-sort") == "descending"
    heading.locator("button").press("Enter")
    assert names() == ["a", "b", "c", "best"]
    assert heading.get_attribute("aria-sort") == "ascending"


def test_on_a_phone(chromium, report):
    settings = {"viewport": PHONE, "has_touch": True, "device_scale_factor": 2}
    with opened(chromium, report, **settings) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        page.locator("[value=side]").check()
        assert (pixel(page, 0.5, 0.25), pixel(page, 0.5, 0.75)) == (RED, BLUE)
        page.locator("[value=wipe]").check()
        box = page.locator("canvas").bounding_box()
        page.touchscreen.tap(box["x"] + 0.25 * box["width"], box["y"] + 50)
        assert (pixel(page, 0.2), pixel(page, 0.3)) == (RED, BLUE)


def test_light_and_dark(chromium, report):
    colours = {}
    for scheme in ("light", "dark"):
        with opened(chromium, report, color_scheme=scheme) as page:
            colours[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colours == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 27)"}
