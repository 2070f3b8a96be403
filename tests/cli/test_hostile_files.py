"""Names that are no text, pipes and devices, and outputs that are inputs."""

import os
import shutil
import stat

import pytest
from run_tool import refused, run_tool

from twostream.io import images

AVERAGE = ("--method", "average", "--align", "none")


@pytest.fixture
def pair(noise):
    return noise("pair", "a.png", "b.png")


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "tif"])
def test_names_are_bytes(tmp_path, pair, monkeypatch, suffix):
    if suffix == "jpg":  # in a locale of ASCII every name may be no text
        for name, value in (("LC_ALL", "C"), ("PYTHONUTF8", "0"), ("PYTHONCOERCECLOCALE", "0")):
            monkeypatch.setenv(name, value)
    names = [tmp_path / os.fsdecode(b"%c\xff." % c + suffix.encode()) for c in b"abo"]
    for path, name in zip(pair, names):
        images.write(name, images.read(path))
    more = ("--record", tmp_path / "r.json", "--report", tmp_path / "r.html")
    done = run_tool("fuse", *names[:2], "-o", names[2], *more, *AVERAGE)
    assert (done.returncode, done.stderr) == (0, "")
    assert images.read(names[2]).shape == images.read(pair[0]).shape
    names[1].unlink()
    assert "does not exist" in run_tool("fuse", *names[:2], "-o", names[2]).stderr


@pytest.mark.parametrize("name", ["pipe", "/dev/null", "."])
def test_only_regular_files_are_read(tmp_path, pair, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    refused(f"{name}: it is a ", "replay", name, *pair, "-o", "out.png")
    net = ("--method", "two_stream", "--weights", name)
    refused(f"{name}: it is a ", "fuse", *pair, "-o", "out.png", *net)
    if name != ".":
        refused(f"{name}: it is a ", "fuse", name, pair[1], "-o", "out.png")


def test_a_pipe_in_a_folder_of_batch_has_no_time(tmp_path, pair):
    for number in (1, 2, 3):
        shutil.copy(pair[0], tmp_path / f"{number}.png")
    os.mkfifo(tmp_path / "4.png")
    done = run_tool("batch", tmp_path, "-o", tmp_path / "out", "--jobs", 1, *AVERAGE)
    assert (done.returncode, done.stderr.count("is a pipe")) == (1, 1)
    assert stat.S_ISFIFO(os.stat(tmp_path / "4.png").st_mode)
