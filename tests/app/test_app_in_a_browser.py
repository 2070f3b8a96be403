"""The page of `make app` in a real browser."""

import os
import shlex
import signal
import socket
import struct
import subprocess
import sys
import time
import zlib
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import pytest
from browser import browser as a_browser
from real_caffe import PROJECT, missing

from twostream.cli import fuse
from twostream.io import images

# Read by each Python that `make app` starts: it notes whom it asks of the network.
WATCH = """
import sys
def note(event, arguments):
    if event in ("socket.getaddrinfo", "socket.connect"):
        at = arguments[0] if event == "socket.getaddrinfo" else arguments[1]
        host = at[0] if isinstance(at, tuple) else at
        if host not in (None, "127.0.0.1", "::1", "localhost"):
            print("ASKED", host, flush=True)
sys.addaudithook(note)
"""
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LONG = 120_000
"""Milliseconds that a fusion may take on a computer that does other things too."""


class Server:
    """`make app` in a process: where it serves, what it prints, where its files are."""

    def __init__(self, folder):
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        self.url, self.files, self._log = f"http://127.0.0.1:{port}", folder / "tmp", folder / "log"
        self.files.mkdir()
        (folder / "sitecustomize.py").write_text(WATCH)
        with open(self._log, "w") as log:
            self.process = subprocess.Popen(
                ["make", "--silent", "app", f"PYTHON={sys.executable}", f"PORT={port}"],
                cwd=PROJECT,
                env=dict(os.environ, TMPDIR=str(self.files), PYTHONPATH=str(folder)),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(lambda: "Open http" in self.printed or self.process.poll() is not None)
        assert self.process.poll() is None, self.printed

    @property
    def printed(self):
        return self._log.read_text()

    def end(self):
        make = self.process.pid
        children = Path(f"/proc/{make}/task/{make}/children")  # none if it has ended before
        for child in children.read_text().split() if children.exists() else ():
            os.kill(int(child), signal.SIGTERM)
        return self.process.wait(60)


def until(condition, seconds=120):
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if sys.version_info < (3, 10):
        pytest.skip("no Gradio for this Python has a slider to wipe with")
    if find_spec("gradio") is None:
        missing("gradio is not installed: run `make test`")
    started = Server(tmp_path_factory.mktemp("server"))
    yield started
    started.end()


@pytest.fixture(scope="module")
def chromium(server):
    with a_browser() as found:
        yield found


@contextmanager
def opened(chromium, server, **settings):
    """Open the page; at the end there must be no error, and no request to elsewhere."""
    context = chromium.new_context(**settings)
    context.set_default_timeout(LONG)
    page, asked, errors = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)
    page.goto(server.url)
    page.get_by_role("button", name="Preview").wait_for()
    yield page
    context.close()
    own = (f"{server.url}/", f"blob:{server.url}/", "data:")
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith(own)] == []
    assert errors == []


@pytest.fixture
def page(chromium, server):
    with opened(chromium, server, viewport=DESKTOP) as found:
        yield found


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Paths of two 16-bit pictures, each sharp in one half."""
    folder = tmp_path_factory.mktemp("sources")
    sharp = np.random.default_rng(0).integers(0, 2**16, (200, 300, 3)).astype(np.uint16)
    blurred, paths = cv2.GaussianBlur(sharp, (0, 0), 4), []
    for name, first in (("left.png", sharp), ("right.png", blurred)):
        other = blurred if first is sharp else sharp
        paths.append(folder / name)
        images.write(paths[-1], np.concatenate([first[:, :150], other[:, 150:]], axis=1))
    return paths


def add(page, paths):
    page.locator("input[type=file]").first.set_input_files(paths)
    page.get_by_test_id("download-link").nth(len(paths) - 1).wait_for()  # not before it is here


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def choose(page, label, word):
    page.get_by_label(label, exact=True).click()
    page.get_by_role("option", name=word).first.click()


def slider(page):
    return page.locator(".slider-wrap")


def contrast(page, x):
    """Standard deviation of the slider's gray levels at a place, in parts of its width."""
    shot = slider(page).screenshot()
    pixels = cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_GRAYSCALE)
    height, width = pixels.shape
    at = int(x * width)
    return pixels[height // 2 : height - 20, at - 20 : at + 20].std()


def wipe(page, x):
    """Drag the line of the slider to a place, in parts of its width."""
    box, handle = slider(page).bounding_box(), page.get_by_test_id("slider").locator(".icon-wrap")
    at = handle.bounding_box()
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + x * box["width"], at["y"] + at["height"] / 2, steps=5)
    page.mouse.up()


def test_upload_preview_fuse_wipe_and_download(page, sources, monkeypatch):
    add(page, sources)
    press(page, "Preview")
    page.get_by_text("This is a preview of reduced pictures").wait_for()
    assert not page.get_by_text("Download").is_visible()
    press(page, "Fuse")
    button = page.get_by_text("Download left_fused.png")
    button.wait_for()
    assert page.get_by_text("2 frames of 300x200 (colour uint16)").is_visible()
    for name in ("Focus map", "Depth map", "Confidence map"):
        assert page.get_by_text(f"{name}: ").is_visible()

    with page.expect_download() as found:
        button.click()
    monkeypatch.chdir(sources[0].parent)
    words = shlex.split(page.locator("pre").inner_text())[2:]
    fuse.main(fuse.arguments().parse_args([*words, "--quiet"]))
    assert found.value.suggested_filename == "left_fused.png"
    of_the_command = sources[0].parent / "left_fused.png"
    assert found.value.path().read_bytes() == of_the_command.read_bytes()
    assert images.read(of_the_command).dtype == np.uint16

    sharp = contrast(page, 0.75)  # the result
    assert contrast(page, 0.25) > 0.8 * sharp  # left.png, where it is sharp
    wipe(page, 0.95)
    until(lambda: contrast(page, 0.75) < 0.4 * sharp)  # left.png, where it is not
    choose(page, "Source on the left", "right.png")
    until(lambda: contrast(page, 0.75) > 0.8 * sharp)


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


MORE = "more than the limit of 100 megapixels; --max-megapixels raises it."


def another_size(folder):
    images.write(folder / "small.png", np.zeros((100, 150, 3), np.uint16))
    return folder / "small.png"


SMALL = (
    "small.png is 150x100 pixels of uint16; the other frames are 300x200 pixels of uint16. "
    "Leave such frames out with --skip-bad."
)


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (text_named_png, "notes.png is not an image of a known format picture."),
        (half_a_gigapixel, f"huge.png declares 25000x20000 pixels, {MORE}"),
        (another_size, SMALL),
        (lambda folder: None, "Fusion needs at least two frames."),
    ],
)
def test_bad_uploads_get_a_sentence(page, sources, tmp_path, second, said):
    bad = second(tmp_path)
    add(page, [sources[0], bad] if bad else sources[:1])
    press(page, "Fuse")
    page.get_by_role("alert").wait_for()
    assert page.get_by_role("alert").all_inner_texts() == [said]


def test_cancel_ends_a_fusion_and_the_next_one_runs(page, server, sources):
    big = [path.with_name(f"big_{path.name}") for path in sources]
    for path, source in zip(big, sources):
        images.write(path, np.tile(images.read(source), (6, 6, 1)))
    add(page, big)
    choose(page, "Method", "nsct")  # takes minutes
    press(page, "Fuse")
    until(lambda: list(server.files.glob("*/results/*/big_left.png")))
    press(page, "Cancel")
    page.get_by_text("Cancelled.").wait_for()
    choose(page, "Method", "average")
    press(page, "Fuse")
    page.get_by_text("Download big_left_fused.png").wait_for()


def test_on_a_phone(chromium, server, sources):
    with opened(chromium, server, viewport=PHONE, has_touch=True) as page:
        add(page, sources)
        press(page, "Preview")
        page.get_by_text("This is a preview").wait_for()
        slider(page).wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_files_are_gone_with_the_page_and_with_the_server(chromium, server, sources):
    with opened(chromium, server) as page:
        add(page, sources)
        press(page, "Preview")
        page.get_by_text("This is a preview").wait_for()
        assert list(server.files.glob("*/results/*/preview/left_fused.tif"))
        assert list(server.files.glob("*/uploads/*/left.png"))
    until(lambda: not list(server.files.glob("*/results/*")))
    until(lambda: not list(server.files.glob("*/uploads/*/*.png")))
    assert server.end() == 0
    assert list(server.files.iterdir()) == []
    assert server.printed == f"Open {server.url} in a browser. Ctrl-C ends it.\n"
