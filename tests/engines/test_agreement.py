"""All engines agree with real Caffe to 1e-5, on random weights and pictures."""

import cv2
import numpy as np
import pytest
from real_caffe import run_in_caffe
from real_torch import require_torch
from small_nets import random_weights

from twostream.caffe_files.blobs import weight_shapes
from twostream.caffe_files.caffemodel import write_weights
from twostream.caffe_files.prototxt import read_net
from twostream.engines import load
from twostream.nets import generate
from twostream.nets.two_stream import Design, deploy

DESIGNS = {
    "default": Design(),
    "kernel 3": Design(filters=4, kernel=3),
    "kernel 9": Design(filters=4, kernel=9),
    "depth 3": Design(filters=6, kernel=3, depth=3),
    "stride 5": Design(filters=6, stride=5),
    "stride 3, depth 3": Design(filters=4, kernel=3, stride=3, depth=3),
    "three streams": Design(filters=4, streams=3),
    "shared streams": Design(filters=4, shared_streams=True),
    "three channels": Design(filters=6, channels=3),
    "four channels": Design(filters=6, channels=4, kernel=3),
    "no output relu": Design(filters=4, output_relu=False),
    "all at once": Design(
        filters=4, kernel=3, depth=3, channels=3, streams=3, shared_streams=True, output_relu=False
    ),
}
OTHER_SETTINGS = """
layer { name: "data_a" type: "Input" top: "data_a" input_param { shape { dim: [1, 2, 9, 9] } } }
layer { name: "data_b" type: "Input" top: "data_b" input_param { shape { dim: [1, 4, 9, 9] } } }
layer { name: "concat" type: "Concat" bottom: "data_a" bottom: "data_b" top: "concat" }
layer { name: "groups" type: "Convolution" bottom: "concat" top: "groups" convolution_param {
  num_output: 4 kernel_size: 3 group: 2 pad: 1 } }
layer { name: "leak" type: "ReLU" bottom: "groups" top: "leak" relu_param { negative_slope: 0.1 } }
layer { name: "sides" type: "Convolution" bottom: "leak" top: "sides" convolution_param {
  num_output: 5 kernel_h: 3 kernel_w: 5 pad_h: 1 pad_w: 0 stride_h: 1 stride_w: 2
  bias_term: false } }
layer { name: "dilated" type: "Convolution" bottom: "sides" top: "dilated" convolution_param {
  num_output: 6 kernel_size: 3 dilation: 2 pad: 2 } }
layer { name: "up" type: "Deconvolution" bottom: "dilated" top: "up" convolution_param {
  num_output: 4 kernel_size: 4 kernel_size: 3 stride: 2 stride: 3 pad: 1 group: 2 } }
layer { name: "fused" type: "Deconvolution" bottom: "up" top: "fused" convolution_param {
  num_output: 3 kernel_h: 3 kernel_w: 5 pad_h: 2 pad_w: 1 dilation: 1 bias_term: false } }
layer { name: "wide" type: "Deconvolution" bottom: "up" top: "wide" convolution_param {
  num_output: 2 kernel_size: 3 dilation: 3 pad: 1 } }
"""
POOLED = """
layer { name: "data_a" type: "Input" top: "data_a" input_param { shape { dim: [1, 3, 9, 9] } } }
layer { name: "data_b" type: "Input" top: "data_b" input_param { shape { dim: [1, 3, 9, 9] } } }
layer { name: "most" type: "Pooling" bottom: "data_a" top: "most" pooling_param {
  kernel_size: 3 stride: 2 } }
layer { name: "mean" type: "Pooling" bottom: "data_b" top: "mean" pooling_param {
  pool: AVE kernel_size: 3 stride: 2 } }
layer { name: "down" type: "Pooling" bottom: "data_b" top: "down" pooling_param {
  kernel_h: 2 kernel_w: 3 stride: 2 round_mode: FLOOR } }
layer { name: "sum" type: "Eltwise" bottom: "most" bottom: "mean" top: "sum" }
layer { name: "difference" type: "Eltwise" bottom: "most" bottom: "mean" top: "difference"
  eltwise_param { coeff: 1 coeff: -0.5 } }
layer { name: "product" type: "Eltwise" bottom: "sum" bottom: "mean" bottom: "most" top: "product"
  eltwise_param { operation: PROD } }
layer { name: "soft" type: "Softmax" bottom: "sum" top: "soft" }
layer { name: "largest" type: "Eltwise" bottom: "difference" bottom: "soft" top: "largest"
  eltwise_param { operation: MAX } }
layer { name: "quiet" type: "Silence" bottom: "soft" }
layer { name: "fused" type: "Convolution" bottom: "largest" top: "fused" convolution_param {
  num_output: 2 kernel_size: 1 } }
"""
TEXTS = {"other settings": OTHER_SETTINGS, "pooled": POOLED}
CASES = [*DESIGNS, *TEXTS]
FORWARD = """
import numpy, sys
from twostream.engines import load
for folder in sys.argv[1:]:
    net = load(f'{folder}/deploy.prototxt', f'{folder}/net.caffemodel', 'caffe')
    for n in (0, 1):
        with numpy.load(f'{folder}/input_{n}.npz') as blobs:
            numpy.savez(f'{folder}/caffe_{n}.npz', **net.forward(**blobs))
"""


def write_case(folder, name, rng):
    """Write the net, the weights and batches of pictures of two sizes."""
    folder.mkdir()
    prototxt = folder / "deploy.prototxt"
    if name in DESIGNS:
        design = DESIGNS[name]
        side = design.step if design.step > 1 else 10
        generate.write(folder, design, "unused", side)
        net, weights = deploy(design), picture_weights(design)
    else:
        prototxt.write_text(TEXTS[name])
        net, side = read_net(prototxt), 10
        shapes = weight_shapes(net)
        weights = {name: [0.2 * rng.standard_normal(s) for s in shapes[name]] for name in shapes}
    write_weights(folder / "net.caffemodel", net, weights)
    for n, (batch, height, width) in enumerate([(1, 2 * side, side), (2, 3 * side, 4 * side)]):
        odd, inputs = int(side == 10), [layer for layer in net.layer if layer.type == "Input"]
        shapes = [
            (batch, layer.input_param.shape[0].dim[1], height + odd, width + odd)
            for layer in inputs
        ]
        made = {one.name: rng.random(s, dtype=np.float32) for one, s in zip(inputs, shapes)}
        np.savez(folder / f"input_{n}.npz", **made)


def picture_weights(design):
    """Random weights whose output has the range of a picture, mostly above zero."""
    weights = random_weights(design)
    filters, bias = weights[f"deconv{design.depth}"]
    filters /= np.sqrt(design.filters)
    bias += 0.5
    return weights


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """One folder per case, with real Caffe's outputs."""
    root, rng = tmp_path_factory.mktemp("agreement"), np.random.default_rng(0)
    found = {name: root / str(n) for n, name in enumerate(CASES)}
    for name, folder in found.items():
        write_case(folder, name, rng)
    run_in_caffe(FORWARD, *found.values())
    return found


def arrays(path):
    with np.load(path) as file:
        return dict(file)


def assert_agrees(folder, forward):
    for n in (0, 1):
        expected = arrays(folder / f"caffe_{n}.npz")
        outputs = forward(**arrays(folder / f"input_{n}.npz"))
        assert sorted(outputs) == sorted(expected)
        for name, blob in expected.items():
            assert np.ptp(blob) > 0.1  # a dead net would agree with anything
            assert outputs[name].dtype == np.float32
            np.testing.assert_allclose(outputs[name], blob, rtol=0, atol=1e-5)


@pytest.mark.caffe
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("engine", ["onnx", "torch"])
def test_engines_agree_with_caffe(folders, name, engine):
    if engine == "torch":
        require_torch()
    else:
        pytest.importorskip("onnxruntime", reason="ONNX Runtime needs a newer Python")
    folder = folders[name]
    net = load(folder / "deploy.prototxt", folder / "net.caffemodel", engine)
    assert_agrees(folder, net.forward)


@pytest.mark.caffe
@pytest.mark.parametrize("name", DESIGNS)
def test_opencvs_importer_agrees_with_caffe(folders, name):
    folder = folders[name]
    net = cv2.dnn.readNetFromCaffe(str(folder / "deploy.prototxt"), str(folder / "net.caffemodel"))

    def forward(**blobs):
        for blob, array in blobs.items():
            net.setInput(array, blob)
        return {"fused": net.forward()}

    assert_agrees(folder, forward)
    for n in (0, 1):  # outputs have the pictures' size
        (output,) = arrays(folder / f"caffe_{n}.npz").values()
        assert output.shape == arrays(folder / f"input_{n}.npz")["data_b"].shape
