"""Engines: each runs a prototxt with a caffemodel and agrees with real Caffe.

An engine's net has the attributes `inputs` and `outputs` (names of blobs) and `quantized`. Its
method ``forward(**blobs) -> dict`` takes N x C x H x W float32 arrays of any size.
"""

import importlib
import importlib.util
import os
from pathlib import Path

from ..caffe_files import blobs, prototxt
from ..caffe_files.caffemodel import read_weights
from ..caffe_files.schema import TEST
from ..errors import BadInput
from .calibration import read_calibration
from .threads import thread_limit

# ONNX Runtime reads this when it starts. Since 1.29 it would send usage data to its maker.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

NEEDS = {"caffe": "caffe", "onnx": "onnxruntime", "torch": "torch"}
"""Engine -> Python package that it needs, in the order in which ``auto`` tries them."""

HOW = {
    "caffe": "In a clone, run make caffe, and then the command with tools/in_caffe before it",
    "onnx": "Run pip install onnxruntime",
    "torch": "Run pip install '.[torch]' in a clone",
}
"""Engine -> what installs its package."""

CPU_ONLY = "Cannot use GPU in CPU-only Caffe"
"""Message of a Caffe without CUDA that is asked for a GPU, before it aborts."""


def load(prototxt_path, caffemodel_path, engine="auto", until=None, quantized=False, threads=None):
    """Load a deploy net with its weights; return the engine's own Net.

    The engine is ``caffe`` (pycaffe), ``onnx`` (ONNX Runtime), ``torch`` (PyTorch), or ``auto``,
    the first of them that is installed. A number selects a CUDA GPU, as in ``caffe:0``. Without a
    number pycaffe runs on the CPU, the others on the first GPU that they find.

    `until` is a blob that becomes the net's only output, with the layers that work in place on it,
    such as its ReLU. Only the layers that it depends on are run. If `quantized`, the engine
    ``auto`` may quantize the net to 8 bits with ONNX Runtime. This needs a CPU that passes the
    `saturation` check, and weights with a `calibration`. `threads` is the number of threads of
    ``onnx`` and ``torch`` on a CPU; the default is OMP_NUM_THREADS, `limit_threads` or the number
    of cores. pycaffe sets its number at the import.

    Raise BadInput if a file cannot be read, the weights do not fit the net, or no layer makes the
    blob `until`. Also raise it if the engine is not installed or cannot use the GPU.
    """
    name, _, gpu = engine_name(engine).partition(":")
    net, weights = read(prototxt_path, caffemodel_path)
    if until:
        layers = blobs.layers_making(net, until)
        if not layers:
            raise BadInput(f"{prototxt_path} has no blob {until}.")
        net = prototxt.with_layers(net, layers)
    settings = {} if name == "caffe" else {"threads": threads or thread_limit()}
    if name == "onnx" and quantized and engine == "auto":
        settings["ranges"] = read_calibration(Path(caffemodel_path), net)
    return _module(name).Net(net, weights, int(gpu) if gpu else None, **settings)


def is_concurrent(engine):
    """Return whether several threads may call a net at once: with ONNX Runtime, on a CPU."""
    return engine_name(engine) == "onnx" and not _module("onnx").on_gpu()


def read(prototxt_path, caffemodel_path):
    """Read a deploy net and its weights, and check that they fit; Caffe itself would abort.

    Return the layers of the phase TEST as a NetParameter, and `caffemodel.read_weights`.
    """
    net = prototxt.read_net(prototxt_path, TEST)
    weights = read_weights(caffemodel_path)
    blobs.check_weights(net, weights, prototxt_path, caffemodel_path)
    return net, weights


def engine_name(engine):
    """Return the name of the engine to use, see `load`; ``auto`` is the first installed one."""
    name, colon, gpu = engine.partition(":")
    if name == "auto":
        name = next(filter(installed, NEEDS), None)
        if name is None:
            raise BadInput("No engine is installed. Install onnxruntime or pycaffe.")
    if name not in NEEDS:
        raise BadInput(f"There is no engine {name!r}; there are {', '.join(NEEDS)}.")
    if not installed(name):
        raise BadInput(f"The engine {name} needs the Python package {NEEDS[name]}. {HOW[name]}.")
    if colon:
        _check_gpu(name, gpu)
    return f"{name}{colon}{gpu}"


def _check_gpu(name, gpu):
    if not gpu.isdigit():
        raise BadInput(f"A GPU has a number, 0 for the first one, not {gpu!r}.")
    _module(name).check_gpu(int(gpu))


def _module(name):
    return importlib.import_module(f".{name}", __name__)


def installed(engine):
    """Return whether the package that an engine needs is installed."""
    return importlib.util.find_spec(NEEDS[engine]) is not None
