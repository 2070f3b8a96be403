"""The default engine: ONNX Runtime on a graph made in memory from Caffe's two files."""

import numpy as np
import onnxruntime

from . import onnx_graph


class Net:
    """A net run by ONNX Runtime, on CUDA if it is available, else on the CPU.

    Parameters
    ----------
    net : NetParameter
    weights : dict of str to list of numpy.ndarray
    """

    def __init__(self, net, weights):
        model = onnx_graph.model(net, weights).SerializeToString()
        self._session = onnxruntime.InferenceSession(model, providers=_providers())
        self.inputs = [value.name for value in self._session.get_inputs()]
        self.outputs = [value.name for value in self._session.get_outputs()]

    def forward(self, **blobs):
        """Run the net; arrays N x C x H x W, float32, by the names of its inputs."""
        feed = {name: np.ascontiguousarray(array, np.float32) for name, array in blobs.items()}
        return dict(zip(self.outputs, self._session.run(self.outputs, feed)))


def _providers():
    wanted = ("CUDAExecutionProvider", "CPUExecutionProvider")
    found = [name for name in wanted if name in onnxruntime.get_available_providers()]
    if wanted[0] in found and hasattr(onnxruntime, "preload_dlls"):
        onnxruntime.preload_dlls()  # CUDA's libraries, where they are Python packages
    return found
