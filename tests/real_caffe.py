"""Real Caffe for the tests, always in a child process, and a training that takes seconds."""

import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
IN_CAFFE = PROJECT / "tools" / "in_caffe"

NET = """
layer {
  name: "data" type: "DummyData" top: "data" top: "clean"
  dummy_data_param {
    shape { dim: 2 dim: 1 dim: 8 dim: 8 }
    data_filler { type: "gaussian" } data_filler { type: "constant" value: 0.5 }
  }
}
layer {
  name: "conv" type: "Convolution" bottom: "data" top: "fused"
  convolution_param { num_output: 1 kernel_size: 3 pad: 1 weight_filler { type: "msra" } }
}
layer { name: "loss" type: "EuclideanLoss" bottom: "fused" bottom: "clean" top: "loss" }
"""
SOLVER = """
net: "net.prototxt" type: "Adam" base_lr: 0.01 momentum: 0.9 lr_policy: "fixed" display: 1
snapshot_prefix: "tiny" solver_mode: CPU """


def missing(reason):
    """Skip the test with a reason; with CI=true, fail instead."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def require_caffe():
    """Skip the test unless `tools/in_caffe` finds real Caffe."""
    if not _has_caffe():
        missing("real Caffe is not installed: run `make caffe`")


@cache
def _has_caffe():
    return subprocess.run([IN_CAFFE, "true"], stderr=subprocess.DEVNULL).returncode == 0


def run_in_caffe(code, *arguments):
    """Run Python code with arguments and return its output; mark the test ``caffe``.

    Real Caffe aborts on a bad net; then the test fails and shows its last output.
    """
    require_caffe()
    command = [str(IN_CAFFE), "python3", "-c", code, *map(str, arguments)]
    environment = dict(os.environ, GLOG_minloglevel="1")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def write_tiny_solver(folder, iterations=2):
    """Write net.prototxt and solver.prototxt for a training with `folder` as current folder.

    The snapshots are ``tiny_iter_N.caffemodel`` and ``tiny_iter_N.solverstate`` in `folder`.
    """
    (folder / "net.prototxt").write_text(NET)
    (folder / "solver.prototxt").write_text(SOLVER + f"max_iter: {iterations}\n")
