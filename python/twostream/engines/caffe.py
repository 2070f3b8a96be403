"""The reference engine: pycaffe."""

import os
import tempfile
from pathlib import Path

import numpy as np

os.environ.setdefault("GLOG_minloglevel", "2")  # before the import: Caffe logs each layer

import caffe

from ..caffe_files import prototxt
from ..caffe_files.caffemodel import write_weights


class Net:
    """A net run by pycaffe on the CPU.

    Parameters
    ----------
    net : NetParameter
    weights : dict of str to list of numpy.ndarray
        Must fit `net`: Caffe aborts the process on weights that do not.
    """

    def __init__(self, net, weights):
        with tempfile.TemporaryDirectory() as folder:
            model, weight_file = Path(folder, "net.prototxt"), Path(folder, "net.caffemodel")
            model.write_text(prototxt.text(net))
            write_weights(weight_file, net, weights)
            self._net = caffe.Net(str(model), caffe.TEST, weights=str(weight_file))
        self.inputs, self.outputs = list(self._net.inputs), list(self._net.outputs)

    def forward(self, **blobs):
        """Run the net; arrays N x C x H x W, float32, by the names of its inputs."""
        for name, array in blobs.items():
            self._net.blobs[name].reshape(*array.shape)
            self._net.blobs[name].data[...] = array
        self._net.reshape()
        return {name: np.array(blob) for name, blob in self._net.forward().items()}
