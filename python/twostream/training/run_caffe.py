"""Training with the program caffe."""

import os
import signal
import subprocess
import sys

from ..engines import CPU_ONLY
from ..errors import BadInput
from ..parallel.programs import find_program

_TEST = b", Testing net (#0)"
_ANNOUNCED = "Caffe measures the validation loss first. This may take minutes without a message."
_SILENT = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}


def caffe_program():
    """Return Caffe's program, next to this Python or on PATH; raise BadInput if there is none."""
    found = find_program("caffe")
    if not found:
        raise BadInput("There is no program caffe. Install it, or run `make caffe` in a clone.")
    return found


def caffe_is_here():
    """Return whether Caffe's program is installed and starts."""
    found = find_program("caffe")
    return bool(found) and not subprocess.run([found, "--version"], **_SILENT).returncode


def run_caffe(command):
    """Run Caffe's program, forward SIGINT and SIGTERM to it, and copy its log to stderr.

    Return its exit code, 128 plus the signal's number if a signal ended it. Raise BadInput if the
    solver needs a GPU and this Caffe was built without GPU support.
    """
    # This process may have set the variable to silence pycaffe.
    loud = dict(os.environ, GLOG_minloglevel="0")
    caffe = subprocess.Popen(command, stderr=subprocess.PIPE, env=loud)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: caffe.send_signal(number))
    no_gpu = announced = False
    for line in caffe.stderr:
        sys.stderr.buffer.write(line)
        if _TEST in line and not announced:
            print(_ANNOUNCED, file=sys.stderr)
            announced = True
        sys.stderr.flush()
        no_gpu = no_gpu or CPU_ONLY.encode() in line
    code = caffe.wait()
    if no_gpu:
        raise BadInput("This Caffe was built without GPU support. Set solver_mode: CPU.")
    return code if code >= 0 else 128 - code
