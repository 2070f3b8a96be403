import os
import subprocess
import sys

import cv2
import numpy as np
import pytest
from run_tool import PROJECT, run_here, run_tool
from small_nets import write_net

import twostream
from twostream.io import images
from twostream.nets.two_stream import Design


def fuse(*arguments):
    return run_here("fuse", *arguments)


def refused(sentence, *arguments):
    done = fuse(*arguments)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert sentence in done.stderr
    assert not done.stdout


@pytest.fixture
def pair(tmp_path, rng):
    paths = [tmp_path / name for name in ("a.png", "b.png")]
    for path in paths:
        images.write(path, rng.integers(0, 256, (40, 50, 3)).astype(np.uint8))
    return paths


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
    done = fuse(*paths[:2], "-o", paths[2], "--method", method)
    assert done.returncode == 0, done.stderr
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


def test_another_method(tmp_path, pair):
    done = fuse(*pair, "-o", tmp_path / "out.png", "--method", "average")
    assert "method average" in done.stdout
    a, b = (images.read(path).astype(int) for path in pair)
    np.testing.assert_array_equal(images.read(tmp_path / "out.png"), (a + b + 1) // 2)


def test_the_result_is_named_after_the_first_frame(tmp_path, pair, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for sources in (pair, [tmp_path]):  # in its own folder, the result is no frame
        done = fuse(*sources, "--method", "average")
        assert "a_fused.png: 2 frames" in done.stdout, done.stderr
    a, b = (images.read(path).astype(int) for path in pair)
    np.testing.assert_array_equal(images.read("a_fused.png"), (a + b + 1) // 2)


def test_unknown_method(tmp_path, pair):
    refused("did you mean average", *pair, "-o", tmp_path / "out.png", "--method", "avarage")


@pytest.mark.parametrize(
    ("method", "option", "value"),
    [("cnn", "weights", "fast"), ("average", "tile", "64"), ("dwt", "engine", "auto")],
)
def test_an_option_of_another_method(tmp_path, pair, method, option, value):
    sentence = f"The method {method} has no option {option!r}"
    refused(sentence, *pair, "-o", tmp_path / "out.png", "--method", method, f"--{option}", value)
    assert not (tmp_path / "out.png").exists()


def test_engine_and_tile_reach_every_method_with_a_net(tmp_path, pair):
    for method in ("cnn", "srcnn", "select", "two_stream"):
        out = tmp_path / f"{method}.png"
        flags = ("--method", method, "--engine", "auto", "--tile", "32", "-q")
        done = fuse(*pair, "-o", out, *flags)
        assert done.returncode == 0, done.stderr
        whole = twostream.fuse([images.read(path) for path in pair], method)
        assert np.abs(images.read(out).astype(int) - whole).max() <= 1


def test_help_explains_every_option():
    done = fuse("--help")
    assert done.returncode == 0
    for option in ("--output", "--method", "--engine", "--weights", "--prototxt", "--tile"):
        assert option in done.stdout


def test_missing_file(tmp_path, pair):
    missing = tmp_path / "missing.png"
    refused("missing.png", pair[0], missing, "-o", tmp_path / "out.png")


def test_not_an_image(tmp_path, pair):
    text = tmp_path / "text.png"
    text.write_text("This is no picture.")
    refused("text.png", pair[0], text, "-o", tmp_path / "out.png")


def test_two_sizes(tmp_path, pair):
    other = tmp_path / "other.png"
    images.write(other, np.zeros((40, 51, 3), np.uint8))
    refused("differ in size: 50x40, 51x40", pair[0], other, "-o", tmp_path / "out.png")


def test_two_depths(tmp_path, pair):
    other = tmp_path / "other.png"
    images.write(other, np.zeros((40, 50, 3), np.uint16))
    refused("differ in type: uint8, uint16", pair[0], other, "-o", tmp_path / "out.png")


def test_one_file_only(tmp_path, pair):
    refused("at least two", pair[0], "-o", tmp_path / "out.png")


def test_gray_with_colour_is_colour(tmp_path, pair):
    gray = tmp_path / "gray.png"
    images.write(gray, images.read(pair[0])[..., 0])
    done = fuse(gray, pair[1], "-o", tmp_path / "out.png")
    assert done.returncode == 0, done.stderr
    assert images.read(tmp_path / "out.png").shape == (40, 50, 3)


def test_nan_in_a_float_tiff(tmp_path):
    image = np.zeros((40, 50), np.float32)
    images.write(tmp_path / "a.tif", image)
    image[3, 4] = np.nan
    images.write(tmp_path / "b.tif", image)
    refused("b.tif", tmp_path / "a.tif", tmp_path / "b.tif", "-o", tmp_path / "out.tif")


def test_truncated_caffemodel(tmp_path, pair):
    prototxt, weights = write_net(tmp_path, Design(filters=4))
    data = weights.read_bytes()
    for length in (0, 10, len(data) // 2, len(data) - 1):
        weights.write_bytes(data[:length])
        options = ("--prototxt", prototxt, "--weights", weights)
        refused(str(weights), *pair, *options, "-o", tmp_path / "out.png")


def test_prototxt_with_an_unknown_layer(tmp_path, pair):
    prototxt, weights = write_net(tmp_path, Design(filters=4))
    prototxt.write_text(prototxt.read_text().replace('"ReLU"', '"Swish"'))
    options = ("--prototxt", prototxt, "--weights", weights)
    refused("'Swish'", *pair, *options, "-o", tmp_path / "out.png")


def test_prototxt_with_an_unknown_field(tmp_path, pair):
    prototxt, weights = write_net(tmp_path, Design(filters=4))
    prototxt.write_text(prototxt.read_text() + "\nfoo: 3\n")
    options = ("--prototxt", prototxt, "--weights", weights)
    refused("foo", *pair, *options, "-o", tmp_path / "out.png")


def test_weights_of_another_net(tmp_path, pair):
    _, weights = write_net(tmp_path, Design(filters=4))
    refused("does not fit", *pair, "--weights", weights, "-o", tmp_path / "out.png")


def test_unwritable_output(tmp_path, pair):
    refused("nowhere", *pair, "-o", tmp_path / "nowhere" / "out.png")


def test_unknown_format(tmp_path, pair):
    refused("out.xyz", *pair, "-o", tmp_path / "out.xyz")


def test_truncated_picture(tmp_path, pair):
    cut = tmp_path / "cut.png"
    cut.write_bytes(pair[1].read_bytes()[:-100])
    refused("cut.png", pair[0], cut, "-o", tmp_path / "out.png")


def test_an_existing_output_survives_a_failure(tmp_path, pair):
    out = tmp_path / "out.png"
    out.write_bytes(b"precious")
    refused("differ in size", pair[0], _small(tmp_path), "-o", out)
    assert out.read_bytes() == b"precious"


def _small(folder):
    path = folder / "small.png"
    cv2.imwrite(str(path), np.zeros((5, 5), np.uint8))
    return path
