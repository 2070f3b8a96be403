"""Training with Caffe's own program."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from ..engines import CPU_ONLY
from ..errors import BadInput

_IN_CAFFE = Path(__file__).resolve().parents[3] / "tools" / "in_caffe"


def caffe_program():
    """Start of a command line of real Caffe: through tools/in_caffe in a clone, else directly."""
    return [str(_IN_CAFFE), "caffe"] if _IN_CAFFE.exists() else ["caffe"]


def pycaffe_python():
    """Start of a command line of a Python that has pycaffe, as `caffe_program`."""
    return [str(_IN_CAFFE), "python3"] if _IN_CAFFE.exists() else [sys.executable]


def caffe_is_here():
    """Whether real Caffe is available for training."""
    if not _IN_CAFFE.exists():
        return shutil.which("caffe") is not None
    done = subprocess.run([_IN_CAFFE, "true"], stderr=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def run_caffe(command):
    """Run Caffe's program, forward SIGINT and SIGTERM to it, and copy its log to stderr.

    Parameters
    ----------
    command : sequence of str
        Result of `caffe_program`, followed by arguments.

    Returns
    -------
    int
        Its exit code; 128 plus the signal's number if a signal ended it.

    Raises
    ------
    BadInput
        If the solver needs a GPU and this Caffe was built without GPU support.
    """
    # This process may have set the variable, which silences pycaffe.
    loud = dict(os.environ, GLOG_minloglevel="0")
    caffe = subprocess.Popen(command, stderr=subprocess.PIPE, env=loud)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: caffe.send_signal(number))
    no_gpu = False
    for line in caffe.stderr:
        sys.stderr.buffer.write(line)
        sys.stderr.flush()
        no_gpu = no_gpu or CPU_ONLY.encode() in line
    code = caffe.wait()
    if no_gpu:
        raise BadInput("This Caffe was built without GPU support: set solver_mode: CPU.")
    return code if code >= 0 else 128 - code
