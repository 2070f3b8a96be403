"""PyTorch for the tests: whether it is installed, and trainings with it."""

import contextlib
import io
import os
from importlib.util import find_spec

import pytest
from real_caffe import missing

from twostream.training import preflight, run_torch


def require_torch():
    """Skip without PyTorch; there is no build for the Python in the root of real Caffe."""
    if find_spec("torch"):
        return
    if find_spec("caffe"):
        pytest.skip("PyTorch is tested outside the root of real Caffe")
    missing("PyTorch is not installed: pip install -e '.[torch]'")


def train(solver, **start):
    """Train in this process and return the log."""
    log = io.StringIO()
    with contextlib.redirect_stderr(log):
        run_torch.train(*preflight.check_training(solver, **start), **start)
    return log.getvalue()


def one_thread():
    """Environment for a child process that uses a single core."""
    return dict(os.environ, OMP_NUM_THREADS="1")
