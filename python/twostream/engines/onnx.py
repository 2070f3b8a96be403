"""The default engine: ONNX Runtime on a graph made in memory from Caffe's two files."""

import os

import numpy as np
import onnxruntime

from ..errors import BadInput
from . import onnx_graph
from .saturation import sums_are_exact

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"


class Net:
    """A net run by ONNX Runtime, on a GPU if it finds one, else on the CPU.

    On the CPU it takes as many threads as OMP_NUM_THREADS says, by default one for each core.

    Parameters
    ----------
    net : NetParameter
    weights : dict of str to list of numpy.ndarray
    gpu : int, optional
        Number of the GPU that must run it.
    tf32 : bool
        Whether a GPU may multiply with TF32's 10 bits of mantissa: faster, but no longer as Caffe.
    largest : dict of str to float, optional
        Largest values of blobs: then a CPU that is exact in 8 bits computes in them.
    at_once : bool
        Whether, on the CPU, each call takes one thread, so that several run at once.

    Raises
    ------
    BadInput
        If ONNX Runtime cannot use the GPU `gpu`.
    """

    def __init__(self, net, weights, gpu=None, tf32=False, at_once=False, largest=None):
        self.at_once = threads() if at_once and not on_gpu() else 1
        if on_gpu() or not (largest and sums_are_exact()):
            largest = None
        model = onnx_graph.model(net, weights, largest).SerializeToString()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads() if self.at_once == 1 else 1
        # Plans of the memory for each size of picture take a third more of it, and more time.
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
    """Raise BadInput if this ONNX Runtime cannot use any GPU; `Net` finds out about `gpu`."""
    if CUDA not in onnxruntime.get_available_providers():
        raise BadInput(
            f"This ONNX Runtime cannot use the GPU {gpu}: install onnxruntime-gpu instead."
        )


def on_gpu():
    """Whether a net without a chosen GPU runs on one."""
    return CUDA in onnxruntime.get_available_providers()


def threads():
    """Count the threads to take: as OMP_NUM_THREADS says, which ONNX Runtime does not look at."""
    given = int(os.environ.get("OMP_NUM_THREADS", "0").split(",")[0])
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return given or len(os.sched_getaffinity(0))
    return given or os.cpu_count() or 1


def _providers(gpu, tf32):
    if CUDA not in onnxruntime.get_available_providers():
        return [CPU]
    if hasattr(onnxruntime, "preload_dlls"):
        onnxruntime.preload_dlls()  # CUDA's libraries, where they are Python packages
    settings = {"use_tf32": str(int(tf32))}
    if gpu is not None:
        settings["device_id"] = str(gpu)
    return [(CUDA, settings), CPU]
