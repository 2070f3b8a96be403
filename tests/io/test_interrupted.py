"""Writers that are stopped on the way: the old file stays whole."""

import runpy
import signal
import subprocess
import sys

import numpy as np
import pytest
from full_disk import full_disk
from photograph_files import write_jpeg

from twostream.errors import BadInput
from twostream.io import images

# Shells let what they run in the background ignore SIGINT.
WRITE_HALF = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from twostream.io.atomic import atomic_write
with atomic_write(sys.argv[1]) as partial:
    partial.write_bytes(b"half")
    print("half", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_a_stopped_writer_leaves_the_old_file(tmp_path, name):
    (tmp_path / "a.png").write_bytes(b"old")
    command = [sys.executable, "-c", WRITE_HALF, str(tmp_path / "a.png")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as writer:
        assert writer.stdout.readline() == b"half\n"
        writer.send_signal(getattr(signal, name))
        writer.wait()
    assert (tmp_path / "a.png").read_bytes() == b"old"
    left = [path.name for path in tmp_path.iterdir() if path.name != "a.png"]
    assert left == ([] if name == "SIGINT" else [f".a.{writer.pid}.partial.png"])


INTERRUPTED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from twostream.__main__ import start
module, sys.argv = sys.argv[1], ["twostream", "fuse", "a.png", "b.png", "-o", "o.png"]
sys.addaudithook(lambda event, args: os.kill(os.getpid(), signal.SIGINT)
                 if event == "import" and args[0] == module else None)
start()
"""


@pytest.mark.parametrize(
    "module", ["twostream.cli", "argparse", "numpy", "twostream.io.frame_files", "cv2"]
)
def test_an_interrupt_while_modules_are_imported_is_one_sentence(module):
    """So is one at any later time: see `cli.run`."""
    command = [sys.executable, "-c", INTERRUPTED, module]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (130, "twostream: Interrupted.\n")


@pytest.mark.parametrize("closed", ["2>&-", ">&- 2>&-", "<&- >&- 2>&-", "<&-"])
def test_closed_streams(tmp_path, noise, closed):
    """An output does not get the number of stderr, which decoders write to."""
    path = noise(".", "a.tif")[0]
    command = f"{sys.executable} -m twostream fuse {path} {path} -o {tmp_path}/o.tif"
    done = subprocess.run(f"{command} --method average {closed}", shell=True)
    assert done.returncode == 0
    assert images.read(tmp_path / "o.tif").shape == (40, 50, 3)


@pytest.mark.parametrize("megabytes", [400, 700, 1000])
@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space")
@pytest.mark.parametrize("method", ["average", "two_stream"])
def test_little_address_space(tmp_path, noise, monkeypatch, megabytes, method):
    """Libraries end the process in many ways: Caffe by SIGABRT, and old ones by SIGSEGV."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    path, out = noise(".", "a.png", shape=(600, 900, 3))[0], tmp_path / "o.png"
    command = f"{sys.executable} -m twostream fuse {path} {path} -o {out} --method {method}"
    command = ["bash", "-c", f"ulimit -v {megabytes}000; {command}"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, len(done.stderr.splitlines())) in ((0, 0), (2, 1)), done.stderr
    assert out.exists() == (done.returncode == 0)
    assert "damaged" not in done.stderr


def test_windows_has_no_limit_of_address_space(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)
    start = runpy.run_module("twostream.__main__")["start"]
    monkeypatch.setattr(sys, "argv", ["twostream", "--version"])
    with pytest.raises(SystemExit) as end:
        start()
    assert not end.value.code


@pytest.mark.parametrize("home", [None, "/nonexistent", "/proc"])
def test_no_home(tmp_path, noise, monkeypatch, home):
    path = noise(".", "a.png")[0]
    monkeypatch.delenv("HOME")
    if home:
        monkeypatch.setenv("HOME", home)
    command = [sys.executable, "-m", "twostream", "fuse", path, path, "-o", tmp_path / "o.png"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(done.stderr.splitlines()) <= 1  # of the old Matplotlib that pycaffe imports


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif"])
@pytest.mark.parametrize("share", [0.1, 0.9])
def test_a_full_disk_leaves_the_old_file(tmp_path, name, share):
    """Also where only the metadata do not fit."""
    flat = np.zeros((20, 30, 3), np.uint8)
    write_jpeg(tmp_path / "camera.jpg", flat)
    metadata = images.read_metadata(tmp_path / "camera.jpg")
    images.write(tmp_path / name, flat, metadata=metadata)
    room = int(share * (tmp_path / name).stat().st_size)
    (tmp_path / name).write_bytes(b"old")
    with pytest.raises(BadInput, match=r"^Cannot write .*\.$"), full_disk(room):
        images.write(tmp_path / name, flat, metadata=metadata)
    assert (tmp_path / name).read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "camera.jpg"])
