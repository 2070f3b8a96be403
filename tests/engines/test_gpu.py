"""An engine runs on the GPU that it is told, or says in a sentence why it cannot."""

import importlib
import os

import numpy as np
import pytest
from real_torch import require_torch
from small_nets import write_net

from twostream import engines
from twostream.errors import BadInput
from twostream.nets.two_stream import Design

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"


@pytest.fixture
def files(tmp_path):
    return write_net(tmp_path, Design(filters=3, kernel=3))


@pytest.mark.parametrize("number", ["", "first", "-1"])
def test_a_gpu_has_a_number(number):
    with pytest.raises(BadInput, match="A GPU has a number, 0 for the first one, not"):
        engines.engine_name(f"auto:{number}")


def onnx_runtime(monkeypatch, device):
    """ONNX Runtime with CUDA, but sessions on the CPU that name a device; give their providers."""
    onnxruntime = pytest.importorskip("onnxruntime")
    given, session = [], onnxruntime.InferenceSession

    def on_the_cpu(model, options, providers):
        given.extend(providers)
        made = session(model, options, providers=[CPU])
        options = {CPU: {}} if device is None else {CUDA: {"device_id": device}, CPU: {}}
        made.get_provider_options = lambda: options
        return made

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CUDA, CPU])
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: None, raising=False)
    monkeypatch.setattr(onnxruntime, "InferenceSession", on_the_cpu)
    return given


def test_onnx_runtime_is_told_the_number(files, monkeypatch):
    """And to multiply in float32, unless TF32 is asked for."""
    given = onnx_runtime(monkeypatch, "1")
    engines.load(*files, "onnx:1")
    net = importlib.import_module("twostream.engines.onnx").Net
    for tf32 in ({}, {"tf32": True}):
        net(*engines.read(*files), **tf32)
    options = {"use_tf32": "0", "device_id": "1"}, {"use_tf32": "0"}, {"use_tf32": "1"}
    assert given == [part for one in options for part in ((CUDA, one), CPU)]


@pytest.mark.parametrize("tf32", [{}, {"tf32": True}])
def test_pytorch_is_told_of_tf32_while_the_net_runs(files, monkeypatch, tf32):
    require_torch()
    torch = importlib.import_module("torch")
    engine = importlib.import_module("twostream.engines.torch")
    settings = torch.backends.cuda.matmul, torch.backends.cudnn
    net = engine.Net(*engines.read(*files), **tf32)
    seen, graph = [], net._module

    def forward(blobs):
        seen.extend(setting.allow_tf32 for setting in settings)
        return graph(blobs)

    monkeypatch.setattr(net, "_module", forward)
    picture = np.zeros((1, 1, 8, 9), np.float32)
    with engine._allowing(True):
        net.forward(data_a=picture, data_b=picture)
        assert seen == [bool(tf32)] * 2
        assert [setting.allow_tf32 for setting in settings] == [True, True]


@pytest.mark.parametrize("device", [None, "0"])
def test_onnx_runtime_does_not_fall_back(files, monkeypatch, device):
    """It takes the CPU, or the first GPU, if it cannot have the one that it was told."""
    onnx_runtime(monkeypatch, device)
    with pytest.raises(BadInput, match=r"^ONNX Runtime cannot use the GPU 1\.$"):
        engines.load(*files, "onnx:1")


def test_an_onnx_runtime_without_cuda(monkeypatch):
    onnxruntime = pytest.importorskip("onnxruntime")
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CPU])
    with pytest.raises(BadInput, match=r"the GPU 0. Install onnxruntime-gpu instead\.$"):
        engines.engine_name("onnx:0")


def test_pytorch_is_told_the_number(files, monkeypatch):
    require_torch()
    graph = importlib.import_module("twostream.engines.torch").CaffeModule
    moved = []
    monkeypatch.setattr(importlib.import_module("torch").cuda, "device_count", lambda: 2)
    monkeypatch.setattr(graph, "to", lambda self, device: moved.append(device) or self)
    engines.load(*files, "torch:1")
    assert moved == ["cuda:1"]


@pytest.mark.parametrize(
    ("count", "sentence"),
    [(0, "There is no GPU 2; PyTorch finds none."), (2, "no GPU 2; there are 2, from 0.")],
)
def test_a_gpu_that_pytorch_does_not_find(monkeypatch, count, sentence):
    require_torch()
    monkeypatch.setattr(importlib.import_module("torch").cuda, "device_count", lambda: count)
    with pytest.raises(BadInput, match=sentence):
        engines.engine_name("torch:2")


@pytest.fixture
def check_gpu():
    """Check of pycaffe without what it remembers."""
    pytest.importorskip("caffe")
    check = importlib.import_module("twostream.engines.caffe").check_gpu
    check.cache_clear()
    yield check
    check.cache_clear()


def test_a_caffe_for_the_cpu_says_so(check_gpu):
    """Debian's is one. It would abort this process."""
    if os.path.exists("/dev/nvidia0"):
        pytest.skip("there is a GPU, and perhaps a Caffe that uses it")
    with pytest.raises(BadInput, match=r"^This Caffe was built without GPU support\. Run it"):
        engines.engine_name("caffe:0")


FATAL = "F common.cpp:149] Check failed: error == cudaSuccess (100 vs. 0)  no device is detected"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [(FATAL, "Caffe cannot use the GPU 3: no device is detected."), ("", "use the GPU 3.")],
)
def test_a_caffe_that_aborts_on_its_gpu(check_gpu, tmp_path, monkeypatch, said, sentence):
    """A stand-in for pycaffe in the child process that tries the GPU."""
    aborts = f"import os, sys\nsys.stderr.write({said!r})\nsys.stderr.flush()\nos.abort()\n"
    (tmp_path / "caffe.py").write_text(aborts)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(BadInput, match=sentence):
        check_gpu(3)


def test_caffe_is_told_the_number_before_each_run(files, monkeypatch):
    """Its mode is that of the thread, and another net may have changed it."""
    caffe, told = pytest.importorskip("caffe"), []
    monkeypatch.setattr(caffe, "set_mode_cpu", lambda: told.append("cpu"))
    monkeypatch.setattr(caffe, "set_mode_gpu", lambda: told.append("gpu"))
    monkeypatch.setattr(caffe, "set_device", told.append)
    net = importlib.import_module("twostream.engines.caffe").Net
    on_gpu, on_cpu = (net(*engines.read(*files), gpu) for gpu in (1, None))
    assert told == ["gpu", 1, "cpu"]
    picture = np.zeros((1, 1, 8, 9), np.float32)
    for one in (on_gpu, on_cpu):
        one.forward(data_a=picture, data_b=picture)
    assert told[3:] == ["gpu", 1, "cpu"]
