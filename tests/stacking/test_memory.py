import json
import os
import re
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from run_tool import PROJECT, run_here, run_program, works

from twostream.alignment.registered import RegisteredFrames
from twostream.caffe_files.blobs import blob_bytes
from twostream.caffe_files.prototxt import read_net
from twostream.errors import BadInput
from twostream.fusion.frames import Frames
from twostream.io import images
from twostream.methods import method, select, two_stream
from twostream.nets.pretrained import files_of
from twostream.stacking.checks import check_memory
from twostream.stacking.memory import fitted, peak, share_of
from twostream.stacking.options import StackOptions, size_in_bytes

pytest.importorskip("onnxruntime", reason="ONNX Runtime needs a newer Python")

ENGINE = ("--engine", "onnx")
PEAK = """
import re, sys
from twostream.cli import main
main(sys.argv[1:])
print(re.search(r"VmHWM:\\s*(\\d+) kB", open("/proc/self/status").read())[1])
"""
"""Runs a command and prints the most memory that its process had, in kB."""


@pytest.fixture
def pair(tmp_path, rng):
    paths = [tmp_path / f"p_{letter}.png" for letter in "AB"]
    coarse = rng.random((100, 130, 3))
    for path, blur in zip(paths, (0.5, 3)):
        smooth = cv2.resize(cv2.GaussianBlur(coarse, (0, 0), blur), (780, 600))
        images.write(path, (smooth * 65535).astype(np.uint16))
    return paths


def fuse(pair, out, *options):
    options = ("--weights", "fast", "--align", "none", *ENGINE, *options)
    return run_here("fuse", *pair, "-o", out, *options)


def least(pair, out):
    done = fuse(pair, out, "--memory", "1MB")
    assert (done.returncode, out.exists()) == (2, False)
    said = r"2 frames of 780x600 pixels take at least (\d+)MB of memory; --memory allows 1MB\."
    return int(re.search(said, done.stderr.strip())[1])


def test_the_result_does_not_depend_on_it(tmp_path, pair):
    small, plain, record = tmp_path / "small.png", tmp_path / "plain.png", tmp_path / "r.json"
    done = fuse(pair, small, "--memory", f"{least(pair, small)}MB", "--record", record)
    assert done.returncode == 0, done.stderr
    assert json.loads(record.read_text())["options"]["tile"] == 64
    assert fuse(pair, plain).returncode == 0
    differ = images.read(small).astype(int) - images.read(plain)
    assert np.count_nonzero(differ) <= 1e-4 * differ.size
    replay = run_here("replay", record, *pair, "-o", plain, *ENGINE, "--memory", "1MB")
    assert "take at least" in replay.stderr
    works("replay", record, *pair, "-o", plain, *ENGINE, "--memory", "1GB")
    np.testing.assert_array_equal(images.read(plain), images.read(small))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_a_process_takes_no_more(tmp_path, pair):
    out = tmp_path / "out.png"
    limit = least(pair, out)
    options = ("--weights", "fast", "-q", "--align", "none", *ENGINE, "--memory", f"{limit}MB")
    environment = dict(os.environ, PYTHONPATH=str(PROJECT / "python"))
    call = (sys.executable, "-c", PEAK, "fuse", *pair, "-o", out, *options)
    done = run_program(*call, env=environment)
    assert limit / 4 < int(done.stdout) * 1024 / 1e6 < limit


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--tile", "64"), "Give it or --tile, not both"),
        (("--method", "dwt"), "The method dwt holds all frames, whatever --memory says."),
        (("--method", "cnn"), "The method cnn holds all frames, whatever --memory says."),
        (("--memory", "1 apple"), "a number with one of the units MB GB MiB GiB"),
        (("--memory", "0GB"), "a number with one of the units"),
    ],
)
def test_what_cannot_be_planned(tmp_path, pair, options, sentence):
    done = run_here("fuse", *pair, "-o", tmp_path / "x.png", "--memory", "1GB", *options)
    assert done.returncode == 2
    assert sentence in done.stderr


def test_another_engine_is_refused(monkeypatch):
    monkeypatch.setattr("twostream.stacking.checks.engine_name", lambda engine: "torch")
    with pytest.raises(BadInput, match="--memory is for the engine onnx on a CPU"):
        check_memory(StackOptions(memory="1GB"), method("select"), {"engine": "auto"})


def test_sizes():
    found = [size_in_bytes(text) for text in ("1GB", "800MB", "1.5GB", "1 GiB")]
    assert found == [10**9, 8 * 10**8, 15 * 10**8, 2**30]


def test_processes_of_a_batch_share_it(tmp_path, pair):
    unlimited, limited = StackOptions(), StackOptions(memory="1GB")
    assert share_of(unlimited, 2) == unlimited
    assert share_of(limited, None) == limited
    assert 2 * share_of(limited, 2).memory < 10**9 - 50 * 10**6
    out, options = tmp_path / "out", ("--jobs", "2", "--weights", "fast", *ENGINE)
    done = run_here("batch", tmp_path, "-o", out, *options, "--memory", "200MB")
    assert done.returncode == 1
    assert "p: 2 frames of 780x600 pixels take at least" in done.stderr
    works("batch", tmp_path, "-o", out, *options, "--memory", "2GB")
    again = run_here("batch", tmp_path, "-o", out, *options)
    assert "1 of them before" in again.stdout


SHAPE = (4000, 6000, 3)
PLAIN = StackOptions(advice=False)


def frames(count=2, shift=0, **how):
    """Frames of 16 bits that take no memory."""
    one = np.broadcast_to(np.zeros(1, np.uint16), SHAPE)
    moved = np.array([[1, 0, shift], [0, 1, 0], [0, 0, 1.0]])
    return RegisteredFrames(Frames([one] * count), [np.eye(3)] * (count - 1) + [moved], **how)


def test_bytes_of_blobs_count_those_in_place_once():
    """The paper's net, 64 filters: two inputs, conv1 and conv2 of both, and what joins them."""
    net = read_net(files_of("two_stream")[0])
    shapes = 2 * (1 + 64 + 64) + 128 + 64 + 64 + 1
    assert blob_bytes(net, (10, 20)) == 4 * 10 * 20 * shapes
    assert net.layer[0].input_param.shape[0].dim[2] != 10


def test_nets_take_more_for_larger_tiles_until_they_are_as_large_as_the_image():
    for module in (select, two_stream):
        assert module.tile_bytes(SHAPE, 128) < module.tile_bytes(SHAPE, 512)
        assert module.tile_bytes((50, 40, 3), 128) == module.tile_bytes((50, 40, 3), 512)
    assert select.tile_bytes(SHAPE, 512, "multiscale") > select.tile_bytes(SHAPE, 512)


def test_more_work_takes_memory_and_a_longer_stack_does_not():
    plain = peak(frames(), 0, PLAIN)
    assert peak(frames(shift=3), 0, PLAIN) > plain
    unregistered = StackOptions(align="none", advice=False)
    levelled = frames(8, gains=[[2, 2, 2]] * 8)
    assert peak(levelled, 0, unregistered) > peak(frames(8), 0, unregistered)
    for name in ("confidence", "depth"):
        assert peak(frames(), 0, StackOptions(maps=(name,), advice=False)) > plain
    assert peak(frames(9), 0, PLAIN) == peak(frames(20), 0, PLAIN)


def test_tiles_grow_with_the_limit_and_too_little_names_the_least():
    def fit(limit):
        return fitted(frames(), method("select"), {}, StackOptions(memory=limit))

    small, large = fit("1100MB"), fit("2GB")
    assert 64 <= small["tile"] <= large["tile"] == 512
    assert small["threads"] <= large["threads"]
    with pytest.raises(BadInput, match=r"take at least (\d+)MB .* allows 300MB\.") as refused:
        fit("300MB")
    assert fit(str(refused.value).split()[8])["tile"] <= 128
