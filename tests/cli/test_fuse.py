import os
import re
import subprocess
import sys

import cv2
import numpy as np
import pytest
import tifffile
from run_tool import PROJECT, refused, run_tool, works
from small_nets import write_net

import twostream
from twostream.io import images
from twostream.nets.two_stream import Design


@pytest.fixture
def pair(noise):
    return noise("pair", "a.png", "b.png")


@pytest.mark.parametrize(
    ("suffix", "dtype", "colour", "method"),
    [
        ("png", np.uint8, True, "select"),
        ("png", np.uint16, False, "select"),
        ("png", np.uint16, True, "two_stream"),
        ("jpg", np.uint8, True, "select"),
        ("tif", np.uint16, True, "select"),
        ("tif", np.float32, True, "two_stream"),
        ("bmp", np.uint8, False, "select"),
    ],
)
def test_format_depth_and_colour_are_kept(tmp_path, rng, suffix, dtype, colour, method):
    """Written pictures are what the library gives, but for what JPEG loses of smooth ones."""
    shape = (40, 50, 3) if colour else (40, 50)
    white = 1 if dtype == np.float32 else np.iinfo(dtype).max
    paths = [tmp_path / f"{name}.{suffix}" for name in ("a", "b", "out")]
    for path in paths[:2]:
        smooth = cv2.resize(rng.random((5, 6, *shape[2:])), (50, 40))
        images.write(path, (smooth * white).astype(dtype))
    done = works("fuse", *paths[:2], "-o", paths[2], "--method", method, "--level", "none")
    assert len(done.stdout.splitlines()) == 1
    assert f"method {method}" in done.stdout
    fused, expected = images.read(paths[2]), twostream.fuse([*map(images.read, paths[:2])], method)
    assert (fused.shape, fused.dtype) == (shape, dtype)
    loss = np.abs(fused.astype(float) - expected).mean()
    assert 0 < loss < 5 if suffix == "jpg" else loss == 0


def test_tool_and_command_do_the_same_each_in_a_process(tmp_path, pair):
    done = run_tool("fuse", *pair, "-o", tmp_path / "x.png", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    command = [sys.executable, "-c", "from twostream.cli import main; main()", "fuse"]
    environment = dict(os.environ, PYTHONPATH=str(PROJECT / "python"))
    subprocess.run([*command, *pair, "-o", tmp_path / "y.png"], check=True, env=environment)
    assert (tmp_path / "x.png").read_bytes() == (tmp_path / "y.png").read_bytes()


def test_the_result_is_named_after_the_first_frame(pair, monkeypatch):
    monkeypatch.chdir(pair[0].parent)
    for sources in (pair, [pair[0].parent]):  # in its own folder, the result is no frame
        assert "a_fused.png: 2 frames" in works("fuse", *sources, "--method", "average").stdout
    a, b = (images.read(path).astype(int) for path in pair)
    np.testing.assert_array_equal(images.read("a_fused.png"), (a + b + 1) // 2)


def test_engine_and_tile_reach_every_method_with_a_net(tmp_path, pair):
    for method in ("cnn", "srcnn", "select", "two_stream"):
        out = tmp_path / f"{method}.png"
        works("fuse", *pair, "-o", out, *f"--method {method} --engine auto --tile 32 -q".split())
        whole = twostream.fuse([images.read(path) for path in pair], method)
        assert np.abs(images.read(out).astype(int) - whole).max() <= 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--method avarage", "did you mean average"),
        ("--method cnn --weights fast", "The method cnn has no option 'weights'"),
        ("--method average --tile 64", "The method average has no option 'tile'"),
        ("--method dwt --engine auto", "The method dwt has no option 'engine'"),
        ("--method average --gpu 0", "The method average has no option 'engine'"),
        ("-o nowhere/out.png", "nowhere"),
        ("-o out.xyz", "out.xyz"),
    ],
)
def test_options_that_do_not_fit(pair, monkeypatch, options, sentence):
    monkeypatch.chdir(pair[0].parent)
    refused(sentence, "fuse", *pair, *options.split())
    assert sorted(pair[0].parent.iterdir()) == pair


NOT_A_NUMBER = np.zeros((40, 50), np.float32)
NOT_A_NUMBER[3, 4] = np.nan


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        (None, "does not exist"),
        (b"This is no picture.", "is not an image of a known format"),
        ("cut", "is truncated"),
        (
            np.zeros((40, 51, 3), np.uint8),
            "is 51x40 pixels of uint8; the other frames are 50x40 pixels of uint8",
        ),
        (
            np.zeros((40, 50, 3), np.uint16),
            "is 50x40 pixels of uint16; the other frames are 50x40 pixels of uint8",
        ),
        (NOT_A_NUMBER, "NaN or infinite"),
    ],
)
def test_a_frame_that_does_not_fit(tmp_path, pair, other, sentence):
    """An earlier result stays."""
    out, path = tmp_path / "out.png", tmp_path / ("x.tif" if other is NOT_A_NUMBER else "x.png")
    out.write_bytes(b"precious")
    if isinstance(other, np.ndarray):
        images.write(path, other)
    elif other:
        path.write_bytes(pair[1].read_bytes()[:-100] if other == "cut" else other)
    refused(sentence, "fuse", path if other is NOT_A_NUMBER else pair[0], path, "-o", out)
    assert out.read_bytes() == b"precious"


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("net.caffemodel", lambda data: b"", "net.caffemodel"),
        ("net.caffemodel", lambda data: data[:10], "net.caffemodel"),
        ("net.caffemodel", lambda data: data[: len(data) // 2], "net.caffemodel"),
        ("net.caffemodel", lambda data: data[:-1], "net.caffemodel"),
        ("deploy.prototxt", lambda data: data.replace(b'"ReLU"', b'"Swish"'), "'Swish'"),
        ("deploy.prototxt", lambda data: data + b"\nfoo: 3\n", "foo"),
        (None, None, "does not fit"),
    ],
)
def test_a_net_that_cannot_be_used(tmp_path, pair, name, change, sentence):
    """Damaged, of a layer or a field that is unknown, or of other weights than the shipped net."""
    prototxt, weights = write_net(tmp_path, Design(filters=4))
    if name:
        (tmp_path / name).write_bytes(change((tmp_path / name).read_bytes()))
    options = ("--prototxt", prototxt) if name else ()
    refused(sentence, "fuse", *pair, *options, "--weights", weights, "-o", tmp_path / "out.png")


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
