"""Train by Caffe's own program."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from ..errors import BadInput

_IN_CAFFE = Path(__file__).resolve().parents[3] / "tools" / "in_caffe"
_NO_GPU = b"Cannot use GPU in CPU-only Caffe"


def caffe_program():
    """Words that begin a command of real Caffe: by a clone's tools/in_caffe, or the system's."""
    return [str(_IN_CAFFE), "caffe"] if _IN_CAFFE.exists() else ["caffe"]


def caffe_is_here():
    """Tell whether there is a real Caffe to train with."""
    if not _IN_CAFFE.exists():
        return shutil.which("caffe") is not None
    done = subprocess.run([_IN_CAFFE, "true"], stderr=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def run_caffe(command):
    """Run Caffe's program, pass SIGINT and SIGTERM on to it, and show its log on stderr.

    Parameters
    ----------
    command : sequence of str
        The program of `caffe_program`, and its arguments.

    Returns
    -------
    int
        Its exit code; 128 and the signal's number if a signal ended it.

    Raises
    ------
    BadInput
        If the solver wants a GPU and this Caffe was built without.
    """
    # pycaffe is made silent by this variable, which may stand in this process too.
    loud = dict(os.environ, GLOG_minloglevel="0")
    caffe = subprocess.Popen(command, stderr=subprocess.PIPE, env=loud)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: caffe.send_signal(number))
    no_gpu = False
    for line in caffe.stderr:
        sys.stderr.buffer.write(line)
        sys.stderr.flush()
        no_gpu = no_gpu or _NO_GPU in line
    code = caffe.wait()
    if no_gpu:
        raise BadInput("This Caffe was built without GPU support: set solver_mode: CPU.")
    return code if code >= 0 else 128 - code
