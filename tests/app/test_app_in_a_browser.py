"""The page of `make app` in a real browser."""

import re
import signal
import struct
import zlib

import cv2
import numpy as np
import pytest
from app_page import DESKTOP, PHONE, add, fuse, opened, press
from app_server import Server, until
from browser import browser as a_browser
from run_tool import works

from twostream.io import images

NAMES = [f"frame {n + 1}.png" for n in range(3)]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = Server(tmp_path_factory.mktemp("server"), command="make")
    yield started
    started.end()


@pytest.fixture(scope="module")
def chromium(server):
    with a_browser() as found:
        yield found


@pytest.fixture
def page(chromium, server):
    with opened(chromium, server, viewport=DESKTOP) as found:
        yield found


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Paths of three 16-bit pictures, each sharp in one third."""
    folder = tmp_path_factory.mktemp("sources")
    noise = np.random.default_rng(0).integers(0, 2**16, (200, 300, 3)).astype(np.uint16)
    sharp, blurred = (cv2.GaussianBlur(noise, (0, 0), width) for width in (1, 4))
    for n, name in enumerate(NAMES):
        picture = blurred.copy()
        picture[:, 100 * n : 100 * n + 100] = sharp[:, 100 * n : 100 * n + 100]
        images.write(folder / name, picture)
    return [folder / name for name in NAMES]


def contrast(page, x):
    """Standard deviation of the gray levels of the viewer at a place, in parts of its width."""
    shot = page.locator(".stage canvas").screenshot()
    pixels = cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_GRAYSCALE)
    height, width = pixels.shape
    at = int(x * width)
    return pixels[height // 2 : height - 20, at - 20 : at + 20].std()


def test_fuse_leave_one_out_look_and_download(page, sources, tmp_path):
    add(page, [sources[2], *sources[:2]])
    assert page.locator(".card label").all_inner_texts() == NAMES  # in the order of their names
    page.get_by_text("This is a preview of reduced frames.").wait_for()
    assert not page.get_by_role("button", name="Download").is_visible()
    fuse(page)
    assert page.get_by_text("3 frames of 300x200 (colour uint16)").is_visible()

    sharp = contrast(page, 0.75)  # the result
    assert contrast(page, 0.4) < 0.5 * sharp  # an area of frame 1 that is out of focus
    page.get_by_role("button", name="Show frame 2.png at the left").click()
    until(lambda: contrast(page, 0.4) > 0.8 * sharp)
    page.locator("[name=wipe]").fill("95")
    until(lambda: contrast(page, 0.75) < 0.5 * sharp)
    press(page, "1:1")
    assert page.locator(".zoom output").inner_text() == "100 %"
    page.locator("[name=right]").select_option(label="Focus map")
    assert "copied from frame 1.png (white) to frame 3.png (black)" in page.inner_text(".legend")

    with page.expect_download() as found:
        press(page, "Download")
    works("fuse", *sources, "-o", tmp_path / "out.png", "--quiet")
    assert found.value.suggested_filename == "frame 1_fused.png"
    np.testing.assert_array_equal(
        images.read(found.value.path()), images.read(tmp_path / "out.png")
    )

    page.get_by_role("checkbox", name="frame 2.png").uncheck()
    page.get_by_text("This is a preview of reduced frames.").wait_for()
    assert "2 of 3 are fused" in page.inner_text("#count")
    fuse(page)
    assert page.get_by_text("2 frames of 300x200 (colour uint16)").is_visible()


def test_frames_move_by_button_and_by_dragging(page, sources):
    def names():
        return page.locator(".card label").all_inner_texts()

    add(page, sources)
    press(page, "Move frame 3.png earlier")
    until(lambda: names() == [NAMES[0], NAMES[2], NAMES[1]])
    page.locator(".card").nth(2).drag_to(page.locator(".card").nth(0))
    until(lambda: names() == [NAMES[1], NAMES[0], NAMES[2]])


def text_named_png(folder):
    (folder / "notes.png").write_text("not a picture")
    return folder / "notes.png"


def half_a_gigapixel(folder):
    def chunk(name, content):
        checksum = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + checksum

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 25_000, 20_000, 1, 0, 0, 0, 0))
    machine, row = zlib.compressobj(), bytes(1 + 25_000 // 8)
    rows = b"".join(machine.compress(row) for _ in range(20_000)) + machine.flush()
    pieces = b"\x89PNG\r\n\x1a\n", header, chunk(b"IDAT", rows), chunk(b"IEND", b"")
    (folder / "huge.png").write_bytes(b"".join(pieces))
    return folder / "huge.png"


def written(name, make):
    def write(folder, sources):
        images.write(folder / name, make(images.read(sources[0])))
        return folder / name

    return write


MORE = "more than the limit of 100 megapixels; --max-megapixels raises it."
PROBLEMS = [
    (lambda folder, _: text_named_png(folder), "notes.png is not an image of a known format"),
    (lambda folder, _: half_a_gigapixel(folder), f"huge.png declares 25000x20000 pixels, {MORE}"),
    (written("dark.png", lambda image: image // 20), "dark.png is nearly black."),
    (written("same.png", lambda image: image), "same.png has the same pixels as frame 1.png."),
    (
        written("small.png", lambda image: image[::2, ::2]),
        "small.png is 150x100 pixels of uint16; the other frames are 300x200 pixels of uint16.",
    ),
]


@pytest.mark.parametrize(("make", "said"), PROBLEMS)
def test_a_frame_with_a_problem_is_named_and_left_out(page, sources, tmp_path, make, said):
    add(page, [*sources, make(tmp_path, sources)])
    page.get_by_text("This is a preview").wait_for()
    assert said in page.locator(".card .problem").inner_text()
    assert page.locator(".card input:checked").count() == 3
    assert page.locator(".card meter").count() == 3  # those that the others are compared with


def test_one_frame_is_not_enough(page, sources):
    add(page, sources[:1])
    assert page.get_by_role("button", name="Fuse").is_disabled()


def test_cancel_ends_a_fusion_and_the_next_one_runs(page, sources, tmp_path):
    for path in sources[:2]:
        images.write(tmp_path / path.name, np.tile(images.read(path), (6, 6, 1)))
    add(page, list(tmp_path.glob("*.png")))
    page.get_by_text("Options").click()
    page.locator("[name=method]").select_option("nsct")  # takes minutes
    press(page, "Fuse")
    page.get_by_text(re.compile("^(Reading frames|Registering|Fusing)")).first.wait_for()
    press(page, "Cancel")
    page.get_by_text("Cancelled.").wait_for()
    page.locator("[name=method]").select_option("average")
    fuse(page)
    assert page.get_by_text("fused by method average").is_visible()


def test_on_a_phone(chromium, server, sources):
    with opened(chromium, server, viewport=PHONE, has_touch=True) as page:
        add(page, sources)
        page.get_by_text("This is a preview").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        page.get_by_role("button", name="Fuse").tap()
        page.get_by_role("button", name="Download").wait_for()
        page.locator(".stage canvas").scroll_into_view_if_needed()
        box = page.locator(".stage canvas").bounding_box()
        page.touchscreen.tap(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
        assert float(page.locator("[name=wipe]").input_value()) == pytest.approx(90, abs=1)
        with page.expect_download() as found:
            page.get_by_role("button", name="Download").tap()
        assert images.read(found.value.path()).shape == (200, 300, 3)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_strokes_take_a_frame_by_mouse_and_keys_until_they_are_undone(page, sources):
    add(page, sources)
    page.get_by_text("Options").click()
    page.locator("[name=method]").select_option("average")
    fuse(page)
    press(page, "Retouch")
    page.locator("[name=radius]").fill("20")
    blurred = contrast(page, 0.9)  # the result, at the side of frame 3
    page.locator("[name=left]").select_option(label="3: frame 3.png")
    box = page.locator(".stage canvas").bounding_box()
    x, y = box["x"] + 0.4 * box["width"], box["y"] + box["height"] / 2  # on the source
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + box["height"] / 3)
    page.mouse.up()
    page.mouse.move(0, 0)  # the brush itself is not measured
    until(lambda: contrast(page, 0.9) > 1.2 * blurred)
    page.locator(".stage canvas").press("Control+z")
    until(lambda: contrast(page, 0.9) < 1.1 * blurred)
    assert page.get_by_role("button", name="Undo").is_disabled()
    press(page, "Redo")
    until(lambda: contrast(page, 0.9) > 1.2 * blurred)
    for key in ("Space", "Shift+ArrowLeft", ","):
        page.locator(".stage canvas").press(key)
    until(lambda: page.evaluate("retouch.strokes.length") == 3)
    assert page.evaluate("viewer.tool.frame") == 1
    page.reload()
    page.get_by_role("button", name="Undo").wait_for()
    until(lambda: page.evaluate("retouch.strokes.length") == 3)


def test_the_depth_map_is_a_surface_to_turn(page, sources):
    def shot():
        found = np.frombuffer(page.locator("#surface canvas").screenshot(), np.uint8)
        return cv2.imdecode(found, cv2.IMREAD_GRAYSCALE).astype(int)

    add(page, sources)
    page.get_by_text("This is a preview").wait_for()
    page.get_by_text("Depth as a surface").click()
    until(lambda: shot()[60:-60, 60:-60].std() > 10)
    first = shot()
    assert np.ptp(first[10:30, 10:30]) == 0  # nothing but the background
    page.locator("#surface canvas").press("ArrowLeft")
    until(lambda: (np.abs(shot() - first) > 10).mean() > 0.02)


def test_files_are_gone_with_the_page_and_with_the_server(chromium, server, sources):
    # A browser may drop the last request of a page whose context ends: other tests leave sessions.
    others = set(server.files.glob("*/*"))
    with opened(chromium, server) as page:
        add(page, sources)
        page.get_by_text("This is a preview").wait_for()
        (own,) = set(server.files.glob("*/*")) - others
        assert list(own.glob("frames/frame-*.png"))
        page.reload()
        page.locator(".card").nth(2).wait_for()  # the session continues
        page.goto("about:blank")
        until(lambda: not own.exists())
    assert server.end(signal.SIGTERM) == 0
    assert list(server.files.iterdir()) == []
    assert server.printed == f"Open {server.url} in a browser. Ctrl-C ends it.\n"
