"""On a GPU, too, the engines multiply in float32, unless TF32 is asked for."""

import importlib

import numpy as np
import pytest
from real_torch import require_torch
from small_nets import write_net

from twostream import engines
from twostream.nets.two_stream import Design

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"


@pytest.fixture
def read(tmp_path):
    return engines.read(*write_net(tmp_path, Design(filters=3, kernel=3)))


@pytest.mark.parametrize(("tf32", "option"), [({}, "0"), ({"tf32": True}, "1")])
def test_onnx_runtime_is_told(read, monkeypatch, tf32, option):
    onnxruntime = pytest.importorskip("onnxruntime")
    given = []
    session = onnxruntime.InferenceSession

    def on_the_cpu(model, options, providers):
        given.extend(providers)
        return session(model, options, providers=[CPU])

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CUDA, CPU])
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: None, raising=False)
    monkeypatch.setattr(onnxruntime, "InferenceSession", on_the_cpu)
    importlib.import_module("twostream.engines.onnx").Net(*read, **tf32)
    assert given == [(CUDA, {"use_tf32": option}), CPU]


@pytest.mark.parametrize("tf32", [{}, {"tf32": True}])
def test_pytorch_is_told_while_the_net_runs(read, monkeypatch, tf32):
    require_torch()
    torch = importlib.import_module("torch")
    engine = importlib.import_module("twostream.engines.torch")
    net, settings = engine.Net(*read, **tf32), (torch.backends.cuda.matmul, torch.backends.cudnn)
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
