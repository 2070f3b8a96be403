"""The reference engine: pycaffe."""

import os
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from .threads import thread_limit

# Read when Caffe is imported: they limit its log of each layer, and the threads of OpenBLAS.
os.environ.setdefault("GLOG_minloglevel", "2")
if thread_limit():
    os.environ.setdefault("OPENBLAS_NUM_THREADS", str(thread_limit()))

import caffe

from ..caffe_files import prototxt
from ..caffe_files.caffemodel import write_weights
from ..errors import BadInput
from . import CPU_ONLY


class Net:
    """Run a net with pycaffe on a GPU that `check_gpu` accepts, or by default on the CPU.

    The weights must fit `net`: Caffe aborts the process on weights that do not.
    """

    quantized = False

    def __init__(self, net, weights, gpu=None):
        self._gpu = gpu
        _choose(gpu)
        with tempfile.TemporaryDirectory() as folder:
            model, weight_file = Path(folder, "net.prototxt"), Path(folder, "net.caffemodel")
            model.write_text(prototxt.text(net))
            write_weights(weight_file, net, weights)
            self._net = caffe.Net(str(model), caffe.TEST, weights=str(weight_file))
        self.inputs, self.outputs = list(self._net.inputs), list(self._net.outputs)

    def forward(self, **blobs):
        """Run the net; arrays N x C x H x W, float32, by the names of its inputs."""
        _choose(self._gpu)  # again: Caffe keeps the mode for a thread, not for a net
        for name, array in blobs.items():
            self._net.blobs[name].reshape(*array.shape)
            self._net.blobs[name].data[...] = array
        self._net.reshape()
        return {name: np.array(blob) for name, blob in self._net.forward().items()}


@cache
def check_gpu(gpu):
    """Raise BadInput unless Caffe can use the GPU of this number.

    A child process tries it, because Caffe aborts a process that asks for a GPU it cannot use.
    """
    ask = f"import caffe; caffe.set_mode_gpu(); caffe.set_device({gpu})"
    done = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, errors="replace", check=False
    )
    if CPU_ONLY in done.stderr:
        raise BadInput(
            "This Caffe was built without GPU support. Run it on the CPU, without --gpu."
        )
    if done.returncode:
        said = re.search(r"cudaSuccess \(.*?\) +(.+)", done.stderr)
        raise BadInput(f"Caffe cannot use the GPU {gpu}{': ' + said[1] if said else ''}.")


def _choose(gpu):
    """Set the device of Caffe in this thread: a GPU, or the CPU."""
    if gpu is None:
        caffe.set_mode_cpu()
    else:
        caffe.set_mode_gpu()
        caffe.set_device(gpu)
