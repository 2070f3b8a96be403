"""Damaged files of every kind: read, or refused in one sentence, soon and in little memory."""

import faulthandler
import importlib
import os
import re
import signal
import time
from pathlib import Path

import numpy as np
import pytest
import seed_files
from damage import damaged, damages
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_nets import random_weights

import twostream
from twostream.caffe_files.blobs import check_weights
from twostream.caffe_files.caffemodel import read_state, read_weights
from twostream.caffe_files.prototxt import read_net, read_solver
from twostream.data import hdf5
from twostream.engines import installed
from twostream.errors import BadInput
from twostream.fusion.field_of_view import field_of_view
from twostream.io import images
from twostream.io.frame_files import list_frames
from twostream.nets.two_stream import deploy

INPUTS = int(os.environ.get("FUZZ_INPUTS", "300"))
"""Number of damaged files; `make fuzz` asks for 5000 others each time, `make test` for these."""
SECONDS = 5
MEMORY = 750_000_000
"""Bytes beyond what the process takes before, about 200 MB: together less than 1 GB."""


def read_picture(path):
    for frame in list_frames([path])[:4]:
        image = frame.read()
        assert image.ndim == 2 or image.shape[2] == 3
        assert image.size
    metadata = images.read_metadata(path)
    for suffix in ("png", "jpg", "tif"):
        out = path.with_name(f"out.{suffix}")
        images.write(out, np.zeros((3, 4, 3), np.uint8), metadata=metadata)
        assert images.read(out).shape == (3, 4, 3)
        assert images.read_metadata(out).xmp in (metadata.xmp, b"")
        out.unlink()  # to replace a file takes ext4 far longer


def run_net(path):
    net, weights = read_net(path, phase=1), random_weights(seed_files.DESIGN)
    check_weights(net, weights, path, "a.caffemodel")
    field_of_view(net)
    if installed("onnx"):
        blobs = dict.fromkeys(("data_a", "data_b"), np.zeros((1, 1, 16, 16)))
        importlib.import_module("twostream.engines.onnx").Net(net, weights).forward(**blobs)


def read_caffemodel(path):
    check_weights(deploy(seed_files.DESIGN), read_weights(path), "deploy.prototxt", path)


def replay_record(path):
    frames = [seed_files.COLOUR[:30, start : start + 40] for start in (0, 4)]
    assert twostream.replay(path, frames).image.ndim == 3


def read_shard(path):
    hdf5.write_list(path.with_name("list.txt"), [path])
    hdf5.check_list(path.with_name("list.txt"))


KINDS = {
    "pictures": (0.54, seed_files.pictures, read_picture),
    "prototxt": (0.12, seed_files.prototxts, run_net),
    "solver": (0.04, seed_files.solvers, read_solver),
    "caffemodel": (0.1, seed_files.caffemodels, read_caffemodel),
    "solverstate": (0.04, seed_files.solverstates, read_state),
    "hdf5": (0.1, seed_files.shards, read_shard),
    "record": (0.06, seed_files.records, replay_record),
}
"""Kind of file -> its share of the inputs, who makes whole ones, and what reads them."""
TEXTS = ("prototxt", "solver", "record")


def memory(field):
    """Bytes of this process: VmRSS now, VmHWM at most since the peak was forgotten."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(rf"{field}:\s+(\d+)", status)[1]) * 1024


def read_or_refused(read, path):
    """Read a file; return whether it was refused.

    A decoder that does not come back ends the process; the file that it hung on is then in the
    test's folder, and the traceback beside it.
    """
    began = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, 4 * SECONDS)
    try:
        read(path)
    except BadInput as error:
        sentence = str(error)
        assert sentence[-1] in ".?"  # a name that is unknown gets a suggestion
        assert "\n" not in sentence
        return True
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        assert time.process_time() - began < SECONDS
    return False


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="no /proc")
@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_are_read_or_refused(tmp_path, capfd, kind):
    share, make, read = KINDS[kind]
    (tmp_path / "whole").mkdir()
    files, refused = make(tmp_path / "whole"), []
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        read(tmp_path / name)
    before = memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak

    same = "FUZZ_INPUTS" not in os.environ
    calm = {"database": None, "deadline": None, "suppress_health_check": list(HealthCheck)}

    @settings(max_examples=round(share * INPUTS), derandomize=same, **calm)
    @given(st.sampled_from(sorted(files)), damages(is_text=kind in TEXTS))
    def run(name, faults):
        path = tmp_path / name
        path.unlink()
        path.write_bytes(damaged(files[name], faults))
        refused.append(read_or_refused(read, path))

    with open(tmp_path / "hung.txt", "w") as hung:
        faulthandler.register(signal.SIGVTALRM, hung, chain=True)
        run()
        faulthandler.unregister(signal.SIGVTALRM)
    assert len(refused) >= 0.9 * share * INPUTS
    assert np.mean(refused) > 0.1
    if len(refused) > 100:  # of few, all may be too damaged
        assert not all(refused)
    assert memory("VmHWM") - before < MEMORY
    assert capfd.readouterr().err == ""
