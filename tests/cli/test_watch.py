"""``twostream watch`` in a process of its own, with a folder that the test fills."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import numpy as np
import pytest
import tifffile
from ramp_stack import ramp_stack
from run_tool import PROJECT, refused

import twostream
from twostream.io import images
from twostream.stacking import first_look

SHAPE = (96, 320)
LONG = 120


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    folder = tmp_path_factory.mktemp("frames")
    for number, frame in enumerate(ramp_stack(7, SHAPE)[0]):
        images.write(folder / f"ä {number}.png", frame[..., 0])
    return sorted(folder.iterdir())


class Watch:
    """A running command, and the lines that it has printed."""

    def __init__(self, folder, out, *more):
        environment = dict(os.environ, PYTHONPATH=str(PROJECT / "python"))
        command = [sys.executable, "-m", "twostream", "watch", folder, "-o", out, "--pause", "2"]
        command += ["--method", "average", *more]
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        self.lines = []
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stdout))
        self.reader.start()

    def says(self, pattern, count=1):
        """Wait until this many lines match; return the first."""
        end = time.monotonic() + LONG
        while time.monotonic() < end and self.process.poll() is None:
            found = [line for line in list(self.lines) if re.search(pattern, line)]
            if len(found) >= count:
                return found[0]
            time.sleep(0.05)
        raise AssertionError(f"{pattern!r} is not in {self.lines}")


@contextmanager
def watching(*arguments):
    watch = Watch(*arguments)
    try:
        watch.says("^Watching")
        yield watch
    finally:
        watch.process.send_signal(signal.SIGINT)
        watch.process.wait(LONG)
    assert watch.process.returncode == 130
    watch.reader.join(LONG)
    assert watch.lines[-1].startswith("twostream watch: Stopped; ")


def put(folder, paths, pause=0.1):
    """Copy files as a camera does, the last one in two halves."""
    folder.mkdir(exist_ok=True)
    for path in paths[:-1]:
        shutil.copy(path, folder)
        time.sleep(pause)
    content, last = paths[-1].read_bytes(), folder / paths[-1].name
    last.write_bytes(content[: len(content) // 2])
    time.sleep(0.5)
    last.write_bytes(content)


def test_a_missing_step_is_named_and_nothing_is_done_twice(tmp_path, frames):
    folder = tmp_path / "in put"
    folder.mkdir()
    out, some = folder / "out", [frames[n] for n in (0, 1, 2, 4, 5, 6)]
    with watching(folder, out) as watch:
        put(folder, some)
        said = watch.says("add a frame between")
        assert f"between 3 and 4 ({frames[2].name} and {frames[4].name})" in said
        watch.says("fused in")
        put(folder / "later", frames)
        watch.says("fused in", 2)
        assert sum("add a frame" in line for line in watch.lines) == 1
        time.sleep(4)
    for made, sources in ((out / "ä 0.png", some), (out / "later/ä 0.png", frames)):
        expected = twostream.stack(sources, method="average", skip_bad=True)
        np.testing.assert_array_equal(images.read(made), expected.image)
    results = {path: path.stat().st_mtime_ns for path in out.rglob("ä*.png")}
    assert len(results) == 2
    (out / "ä 0.png").unlink()
    with watching(folder, out) as watch:
        watch.says("fused in")
        time.sleep(4)
        assert sum("fused in" in line for line in watch.lines) == 1
    kept = {path: path.stat().st_mtime_ns for path in out.rglob("ä*.png")}
    assert {path for path in kept if kept[path] == results[path]} == {out / "later/ä 0.png"}


def test_a_late_frame_joins_the_stack_that_lacks_it(tmp_path, frames):
    folder, out = tmp_path / "in", tmp_path / "out"
    put(folder, [frames[n] for n in (0, 1, 2, 4, 5, 6)])
    with watching(folder, out) as watch:
        watch.says("add a frame between")
        watch.says("fused in")
        shutil.copy(frames[4], folder / "ä 7.png")  # of the wrong focus
        watch.says("ä 7.png came alone")
        shutil.copy(frames[3], folder / "ä 8.png")
        assert "ä 0.png: fusing again with ä 8.png" in watch.says("again")
        watch.says("fused in", 2)
        assert sum("add a frame" in line for line in watch.lines) == 1
        shutil.copy(frames[3], folder / "ü 1.png")  # another stack, as the first lacks nothing now
        shutil.copy(frames[4], folder / "ü 2.png")
        watch.says("fused in", 3)
    expected = twostream.stack(frames, method="average").image
    np.testing.assert_array_equal(images.read(out / "ä 0.png"), expected)
    sources = json.loads((out / ".batch/ä 0.png.json").read_text())["sources"]
    names = [os.path.basename(path) for path, *_ in sources]
    assert names == ["ä 0.png", "ä 1.png", "ä 2.png", "ä 8.png", "ä 4.png", "ä 5.png", "ä 6.png"]
    results = {path: path.stat().st_mtime_ns for path in out.rglob("*.png")}
    assert len(results) == 2
    with watching(folder, out) as watch:
        watch.says("came alone")
        time.sleep(4)
        assert not [line for line in watch.lines if "fus" in line.replace("not fused", "")]
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*.png")} == results


def test_late_frames_that_come_while_the_command_is_stopped(tmp_path, frames):
    folder, out = tmp_path / "in", tmp_path / "out"
    put(folder, [frames[n] for n in (0, 1, 4, 5, 6)])
    with watching(folder, out) as watch:
        watch.says("fused in")
    shutil.copy(frames[3], folder / "x1.png")
    shutil.copy(frames[2], folder / "x2.png")
    shutil.copy(frames[2], folder / "x3.png")
    with watching(folder, out) as watch:
        watch.says("again with x1.png, x2.png")
        watch.says("fused in")
    expected = twostream.stack(frames, method="average").image
    np.testing.assert_array_equal(images.read(out / "ä 0.png"), expected)


def test_frames_of_the_same_names_become_another_result(tmp_path, frames):
    folder, out = tmp_path / "in", tmp_path / "out"
    put(folder, frames[:3])
    with watching(folder, out) as watch:
        watch.says("fused in")
        first = images.read(out / "ä 0.png")
        for number, path in enumerate(frames[4:7]):
            shutil.copy(path, folder / frames[number].name)
        watch.says("fused in", 2)
    np.testing.assert_array_equal(images.read(out / "ä 0.png"), first)
    assert (images.read(out / "ä 0_2.png") != first).any()
    names = sorted(path.name for path in (out / ".batch").iterdir())
    assert names == ["ä 0.png.json", "ä 0_2.png.json"]
    assert len(json.loads((out / ".batch/ä 0.png.json").read_text())["sources"]) == 3


def test_a_killed_fusion_is_repeated_under_its_name(tmp_path, frames):
    folder, out = tmp_path / "in", tmp_path / "out"
    put(folder, frames[:3])
    with watching(folder, out) as watch:
        watch.says("fused in")
    noted = out / ".batch/ä 0.png.json"
    entries = json.loads(noted.read_text())
    noted.write_text(json.dumps({**entries, "sha256": None}))  # as before the result is written
    (out / "ä 0.png").write_bytes(b"half")
    with watching(folder, out) as watch:
        watch.says("fused in")
    assert json.loads(noted.read_text()) == entries
    assert [path.name for path in out.glob("*.png")] == ["ä 0.png"]


def test_one_file_of_pages_is_a_stack(tmp_path, frames):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    pages = np.array([images.read(path) for path in frames])
    with watching(folder, out) as watch:
        tifffile.imwrite(folder / "z.tif", np.delete(pages, 3, axis=0), photometric="minisblack")
        assert "between 3 and 4" in watch.says("add a frame")
        watch.says("fused in")
    assert images.read(out / "z.tif").shape == SHAPE


def test_bad_files_are_named_once_and_passed_over(tmp_path, frames):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    with watching(folder, out) as watch:
        (folder / "broken.png").write_bytes(frames[0].read_bytes()[:500])
        images.write(folder / "small.png", np.full((40, 50), 99, np.uint8))
        put(folder, frames[:4])
        watch.says("fused in")
        assert watch.says("broken.png .*It is passed over")
        assert "it is 50x40" in watch.says("small.png is left out")
        shutil.copy(frames[1], folder / "single.png")
        watch.says("single.png came alone")
        time.sleep(4)
        assert sum("broken.png" in line for line in watch.lines) == 1
    assert [path.name for path in out.glob("*.png")] == ["small.png"]


def test_what_cannot_be_watched_is_refused(tmp_path):
    refused("Cannot read the folder", "watch", tmp_path / "none", "-o", tmp_path / "out")
    refused("is the folder that is watched", "watch", tmp_path, "-o", tmp_path)
    refused("no method", "watch", tmp_path, "-o", tmp_path / "out", "--method", "none")


@pytest.mark.parametrize(("missing", "dtype"), [(2, np.uint8), (4, np.uint16)])
def test_the_first_look_at_frames_that_are_reduced(tmp_path, monkeypatch, missing, dtype):
    monkeypatch.setattr(first_look, "PIXELS", 5e4)
    for number, frame in enumerate(ramp_stack(7, (180, 640), step=2.5)[0]):
        if number != missing:
            image = frame[..., 0].astype(dtype) * (1 if dtype == np.uint8 else 200)
            images.write(tmp_path / f"s{number}.tif", image)
    read = {path: first_look.read_reduced(path) for path in sorted(tmp_path.iterdir())}
    said = first_look.missing_steps(read)
    assert (
        f"between {missing} and {missing + 1} (s{missing - 1}.tif and s{missing + 1}.tif)" in said
    )
