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
    tf32 : bool
        Whether a GPU may multiply with TF32's 10 bits of mantissa: faster, but no longer as Caffe.
    """

    def __init__(self, net, weights, tf32=False):
        model = onnx_graph.model(net, weights).SerializeToString()
        self._session = onnxruntime.InferenceSession(model, providers=_providers(tf32))
        self.inputs = [value.name for value in self._session.get_inputs()]
        self.outputs = [value.name for value in self._session.get_outputs()]

    def forward(self, **blobs):
        """Run the net; arrays N x C x H x W, float32, by the names of its inputs."""
        feed = {name: np.ascontiguousarray(array, np.float32) for name, array in blobs.items()}
        return dict(zip(self.outputs, self._session.run(self.outputs, feed)))


def _providers(tf32):
    cpu, cuda = "CPUExecutionProvider", "CUDAExecutionProvider"
    if cuda not in onnxruntime.get_available_providers():
        return [cpu]
    if hasattr(onnxruntime, "preload_dlls"):
        onnxruntime.preload_dlls()  # CUDA's libraries, where they are Python packages
    return [(cuda, {"use_tf32": str(int(tf32))}), cpu]
