"""Trainings by twostream train --engine torch: processes, signals, kills and bad settings."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from real_torch import one_thread, require_torch, train
from run_tool import PROJECT, refused, run_here, run_program, works

from twostream.caffe_files.caffemodel import read_state, read_weights, write_weights
from twostream.data import hdf5
from twostream.errors import BadInput
from twostream.nets import generate
from twostream.nets.initial_weights import average_start
from twostream.nets.two_stream import Design, deploy
from twostream.report import training_log

TRAIN = ["-m", "twostream", "train"]
DESIGN = Design(filters=2, kernel=3)
SOLVER = """
net: "net/train_val.prototxt" type: "Adam" base_lr: {rate} lr_policy: "fixed" momentum: 0.9
max_iter: {iterations} display: 1 test_iter: 4 test_interval: 1000 snapshot: {snapshot}
snapshot_prefix: "snapshots/s" solver_mode: CPU random_seed: 1
"""


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch, rng):
    """Current folder with a tiny net, its shards and its solver."""
    require_torch()
    monkeypatch.chdir(tmp_path)
    os.mkdir("data")
    for split in ("train", "val"):
        hdf5.write_shard(f"data/{split}.h5", rng.random((3, 40, 1, 12, 12), dtype=np.float32))
        hdf5.write_list(f"data/{split}.txt", [f"data/{split}.h5"])
    write()
    write_start(DESIGN)
    return tmp_path


def write_start(design):
    """Write a design's net and the weights to start from."""
    generate.write("net", design, "data", 12, batch=4)
    write_weights("start.caffemodel", deploy(design), average_start(design))


def write(batch=4, rate=1e-3, iterations=20, snapshot=10, more=""):
    generate.write("net", DESIGN, "data", 12, batch=batch)
    text = SOLVER.format(rate=rate, iterations=iterations, snapshot=snapshot)
    Path("solver.prototxt").write_text(text + more)


FLAGS = ("--engine", "torch", "-solver", "solver.prototxt")


def run(*arguments):
    """Train in this process; starting another one takes longer than such a training."""
    return run_here("train", *FLAGS, *arguments)


def environment():
    return dict(one_thread(), PYTHONPATH=str(PROJECT / "python"))


def run_two_processes(*arguments):
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    return run_program(sys.executable, *launcher, *TRAIN, *FLAGS, *arguments, env=environment())


def start():
    """Start a long training in a process, and wait until it has made some iterations."""
    child = subprocess.Popen(
        [sys.executable, *TRAIN, *FLAGS], env=environment(), stderr=subprocess.PIPE, text=True
    )
    for line in child.stderr:
        found = re.search(r"Iteration (\d+),? .*lr = ", line)
        if found and int(found[1]) >= 25:
            return child
    pytest.fail(f"the training ended with {child.wait()}")


def done_well(*arguments):
    return works("train", *FLAGS, *arguments).stderr


def curve(log):
    Path("one.log").write_text(log)
    return [point.loss for point in training_log.read(["one.log"]).train]


def test_two_processes_train_as_one_of_twice_the_batch():
    write(batch=8)
    one = done_well("-weights", "start.caffemodel")
    alone = read_weights("snapshots/s_iter_20.caffemodel")
    write(batch=4)
    two = run_two_processes("-weights", "start.caffemodel")
    assert two.returncode == 0, two.stderr
    assert len(curve(one)) == 21
    # Measured: 5e-6, as the log shows six digits; in the weights 6e-8.
    np.testing.assert_allclose(curve(two.stderr), curve(one), rtol=1e-5)
    for name, blobs in read_weights("snapshots/s_iter_20.caffemodel").items():
        for blob, expected in zip(blobs, alone[name]):
            np.testing.assert_allclose(blob, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_writes_a_snapshot_and_stops(number):
    write(iterations=10**6, snapshot=10**6)
    child = start()
    child.send_signal(number)
    log = child.stderr.read()
    assert child.wait() == 0, log
    assert "Optimization stopped early." in log
    (state,) = Path("snapshots").glob("*.solverstate")
    iteration = read_state(state)[0]
    write(iterations=iteration + 5)
    assert f"Iteration {iteration + 4} " in train("solver.prototxt", snapshot=str(state))


def test_a_killed_training_resumes_from_its_last_snapshot():
    write(iterations=10**6, snapshot=10)
    child = start()
    child.kill()
    child.communicate()
    states = [path for path in Path("snapshots").iterdir() if path.suffix == ".solverstate"]
    newest = max(states, key=lambda path: read_state(path)[0])
    iteration = read_state(newest)[0]
    assert iteration >= 20
    write(iterations=iteration + 10, snapshot=10)
    log = done_well("-snapshot", str(newest))
    assert f"Iteration {iteration} " in log
    assert f"Iteration {iteration - 1} " not in log


def test_a_loss_that_is_no_number_ends_in_advice():
    hdf5.write_shard("data/train.h5", np.full((3, 8, 1, 12, 12), 3e38, np.float32))
    done = run()
    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert re.search(
        r"The loss is (nan|inf) at iteration 0: lower base_lr, set clip_gradients", last
    )
    assert "Traceback" not in done.stderr
    assert not any(Path("snapshots").iterdir())


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("debug_info: true", "does not support debug_info. Remove it from solver.prototxt"),
        ("snapshot_format: HDF5", "writes no HDF5 snapshots"),
        ('type: "AdaDelta"', "The engine torch trains with Adam or SGD, not AdaDelta."),
    ],
)
def test_what_only_caffe_can_is_refused(more, sentence):
    write(more=more)
    text = Path("solver.prototxt").read_text()
    if "type" in more:
        Path("solver.prototxt").write_text(text.replace('type: "Adam"', "", 1))
    refused(sentence, "train", *FLAGS)


def test_without_a_gpu_the_cpu_trains():
    log = done_well("-gpu", "0")
    assert "There is no CUDA GPU: training on the CPU." in log
    assert len(curve(log)) == 21


@pytest.mark.parametrize("flags", [["--channels-last"], ["--precision", "bf16"]])
def test_faster_trainings_come_close(flags):
    write_start(Design(filters=8, kernel=3))
    exact = done_well("-weights", "start.caffemodel")
    fast = done_well("-weights", "start.caffemodel", *flags)
    np.testing.assert_allclose(curve(fast), curve(exact), rtol=0.02)


def test_bf16_rounds_in_training_only():
    """Except the first and the last layer, of which a net of 2 filters mostly consists."""
    losses = {}
    for filters in (2, 8):
        write_start(Design(filters=filters, kernel=3))
        for precision in ("float32", "bf16"):
            options = "-weights", "start.caffemodel", "--precision", precision
            Path("one.log").write_text(done_well(*options))
            log = training_log.read(["one.log"])
            losses[filters, precision] = log.val[0].loss, log.train[0].loss
    assert losses[8, "bf16"][0] == losses[8, "float32"][0]
    assert losses[8, "bf16"][1] != losses[8, "float32"][1]
    assert losses[2, "bf16"] == losses[2, "float32"]


def test_a_full_disk_leaves_no_half_snapshot(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(BadInput, match="No space left"):
        train("solver.prototxt")
    assert not any(Path("snapshots").iterdir())


def test_several_gpus_need_a_process_each(monkeypatch):
    monkeypatch.setattr("torch.cuda.device_count", lambda: 4)
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    done = run("-gpu", "all")
    assert done.returncode == 2, done.stderr
    assert "torchrun --nproc-per-node 4 -m twostream train --engine torch" in done.stderr
