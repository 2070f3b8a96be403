import pytest

from benchmarks.net_rate import net_rates
from twostream.caffe_files import blobs
from twostream.nets.two_stream import Design, deploy


def test_rates_of_a_net_and_of_products():
    pytest.importorskip("onnxruntime", reason="ONNX Runtime needs a newer Python")
    ((name, (seconds, rate, product)),) = net_rates(["fast"]).items()
    assert name == "fast"
    assert 0 < seconds < 60
    assert 1e7 < rate < 1e13
    assert 1e7 < product < 1e13


def test_multiplications_of_a_run():
    net = deploy(Design(filters=2, kernel=3))
    for layer in net.layer:
        if layer.type == "Input":
            layer.input_param.shape[0].dim[2:] = [10, 20]
    # Two streams of 3x3 layers 1 to 2 and 2 to 2, 4 to 2 of 1x1, then 2 to 2 and 2 to 1.
    layers = 2 * 9 * (2 + 4) + 8 + 9 * (4 + 2)
    assert blobs.multiply_accumulates(net) == 200 * layers
