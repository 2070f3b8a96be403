"""The default engine: ONNX Runtime on a graph made in memory from Caffe's two files."""

import numpy as np
import onnxruntime

from ..errors import BadInput
from . import onnx_graph
from .saturation import saturates
from .threads import thread_count

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"


class Net:
    """Run a net with ONNX Runtime, on a GPU if it finds one, else on the CPU.

    `gpu` is the number of the GPU that must run it; BadInput if ONNX Runtime cannot use it. With
    `tf32` a GPU may multiply with 10 bits of mantissa: faster, but less accurate. With `ranges`,
    the calibrated ranges of blobs, a CPU that passes the saturation check runs the net quantized.
    `threads` on the CPU are by default `threads.thread_count`.
    """

    def __init__(self, net, weights, gpu=None, tf32=False, ranges=None, threads=None):
        if on_gpu() or (ranges and saturates()):
            ranges = None
        self.quantized = bool(ranges)
        model = onnx_graph.model(net, weights, ranges).SerializeToString()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or thread_count()
        # Memory patterns, planned for each size of input, take time and a third more memory.
        options.enable_mem_pattern = False
        providers = _providers(gpu, tf32)
        self._session = onnxruntime.InferenceSession(model, options, providers=providers)
        if gpu is not None:
            self._check(gpu)
        self.inputs = [value.name for value in self._session.get_inputs()]
        self.outputs = [value.name for value in self._session.get_outputs()]

    def forward(self, **blobs):
        """Run the net; arrays N x C x H x W, float32, by the names of its inputs."""
        feed = {name: np.ascontiguousarray(array, np.float32) for name, array in blobs.items()}
        return dict(zip(self.outputs, self._session.run(self.outputs, feed)))

    def _check(self, gpu):
        """Raise BadInput if the session fell back on the CPU or on another GPU."""
        settings = self._session.get_provider_options().get(CUDA, {})
        if settings.get("device_id") != str(gpu):
            raise BadInput(f"ONNX Runtime cannot use the GPU {gpu}.")


def check_gpu(gpu):
    """Raise BadInput if this ONNX Runtime cannot use any GPU; `Net` checks the number `gpu`."""
    if CUDA not in onnxruntime.get_available_providers():
        raise BadInput(
            f"This ONNX Runtime cannot use the GPU {gpu}. Install onnxruntime-gpu instead."
        )


def on_gpu():
    """Return whether a net without a chosen GPU runs on one."""
    return CUDA in onnxruntime.get_available_providers()


def _providers(gpu, tf32):
    if CUDA not in onnxruntime.get_available_providers():
        return [CPU]
    if hasattr(onnxruntime, "preload_dlls"):
        onnxruntime.preload_dlls()  # CUDA's libraries, where they are Python packages
    settings = {"use_tf32": str(int(tf32))}
    if gpu is not None:
        settings["device_id"] = str(gpu)
    return [(CUDA, settings), CPU]
