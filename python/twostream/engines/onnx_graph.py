"""Convert a Caffe net and its weights to an ONNX model."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from ..caffe_files.blobs import inputs_and_outputs
from ..caffe_files.layer_types import rule_for
from ..caffe_files.sliding_window import dilation, kernel, pad, reach, stride, upsamples
from ..errors import BadInput
from .quantization import quantize

OPSET = 13
IR_VERSION = 8
"""Old enough for every ONNX Runtime since 1.10."""


def model(net, weights, ranges=None):
    """Build the ONNX model of a deploy net, quantized if calibrated ranges of blobs are given.

    Inputs and outputs have the names of Caffe's blobs; batch, height and width are free. Weights
    are in Caffe's layouts, which are ONNX's too. Raise BadInput if a layer's type is not supported.
    """
    graph = OnnxGraph(weights)
    for layer in net.layer:
        made = rule_for(layer, RULES)(graph, layer)
        graph.value_of.update((top, made) for top in layer.top)
    if ranges:
        quantize(graph, ranges)
    return graph.model(net.name or "net", inputs_and_outputs(net)[1])


class OnnxGraph:
    """The nodes, inputs and initializers of an ONNX graph.

    `value_of` maps a Caffe blob to its current ONNX value. A layer that works in place gives a blob
    a new value, because ONNX names every value once.
    """

    def __init__(self, weights):
        self.weights = weights
        self.nodes, self.inputs, self.initializers = [], [], []
        self.value_of = {}

    def bottoms(self, layer):
        """Return the values of the bottoms of a layer."""
        return [self.value_of[blob] for blob in layer.bottom]

    def layer(self, operator, layer, constants=(), **attributes):
        """Add an operator on the bottoms of a layer; see `operator`."""
        return self.operator(operator, layer.name, self.bottoms(layer), constants, **attributes)

    def operator(self, operator, name, values, constants=(), **attributes):
        """Add an operator on values and constants; return its output value."""
        names = [f"{name}_{n}" for n in range(len(constants))]
        for constant, array in zip(names, constants):
            tensor = numpy_helper.from_array(np.ascontiguousarray(array), constant)
            self.initializers.append(tensor)
        made = f"{name}:{operator}"
        self.nodes.append(helper.make_node(operator, [*values, *names], [made], made, **attributes))
        return made

    def model(self, name, outputs):
        """Make the model of this name, whose outputs are these blobs."""
        named = [helper.make_node("Identity", [self.value_of[b]], [b]) for b in outputs]
        graph = helper.make_graph(
            self.nodes + named,
            name,
            self.inputs,
            [_info(blob, None) for blob in outputs],
            self.initializers,
        )
        opset = helper.make_opsetid("", OPSET)
        return helper.make_model(
            graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name="twostream"
        )


def _info(name, channels):
    sides = ["n", channels, "h", "w"]
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, sides)


def _input(graph, layer):
    graph.inputs.append(_info(layer.top[0], layer.input_param.shape[0].dim[1]))
    return layer.top[0]


def _convolution(graph, layer):
    return graph.layer(
        "Conv", layer, graph.weights[layer.name], pads=pad(layer) * 2, **_settings(layer)
    )


def _deconvolution(graph, layer):
    if stride(layer) == (1, 1) and layer.convolution_param.group == 1:
        return _mirrored_convolution(graph, layer)
    blobs = graph.weights[layer.name]
    if upsamples(layer, blobs[0]):
        return _upsampling(graph, layer)
    return graph.layer("ConvTranspose", layer, blobs, pads=pad(layer) * 2, **_settings(layer))


def _mirrored_convolution(graph, layer):
    """Add a Deconvolution of stride 1 as the Convolution with its filters rotated by 180 degrees.

    ONNX Runtime's ConvTranspose would need a column buffer of k * k times its input.
    """
    filters, *bias = graph.weights[layer.name]
    turned = filters.swapaxes(0, 1)[:, :, ::-1, ::-1]
    pads = [r - p for r, p in zip(reach(layer), pad(layer))] * 2
    return graph.layer("Conv", layer, [turned, *bias], pads=pads, **_settings(layer))


def _upsampling(graph, layer):
    """Add a Deconvolution that upsamples by nearest neighbour as a Resize, which is much faster."""
    values, scales = [*graph.bottoms(layer), ""], [np.array([1, 1, *stride(layer)], np.float32)]
    how = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    return graph.operator("Resize", layer.name, values, scales, mode="nearest", **how)


def _settings(layer):
    return {
        "kernel_shape": kernel(layer),
        "strides": stride(layer),
        "dilations": dilation(layer),
        "group": layer.convolution_param.group,
    }


def _relu(graph, layer):
    slope = layer.relu_param.negative_slope
    return graph.layer("LeakyRelu", layer, alpha=slope) if slope else graph.layer("Relu", layer)


def _pooling(graph, layer):
    param = layer.pooling_param
    if param.pool == param.STOCHASTIC:
        raise BadInput(f"The layer {layer.name} pools at random, which is not supported.")
    operator = "MaxPool" if param.pool == param.MAX else "AveragePool"
    if param.global_pooling:
        return graph.layer(f"Global{operator}", layer)
    if any(pad(layer)):
        # ONNX and Caffe count the padding differently where a last window reaches beyond it.
        raise BadInput(f"The layer {layer.name} pools with padding, which is not supported.")
    ceil = int(param.round_mode == param.CEIL)
    return graph.layer(
        operator, layer, kernel_shape=kernel(layer), strides=stride(layer), ceil_mode=ceil
    )


def _inner_product(graph, layer):
    flat = graph.operator("Flatten", layer.name, graph.bottoms(layer), axis=1)
    transposed = int(not layer.inner_product_param.transpose)
    weights = graph.weights[layer.name]
    return graph.operator("Gemm", layer.name, [flat], weights, transB=transposed)


def _eltwise(graph, layer):
    param, values = layer.eltwise_param, graph.bottoms(layer)
    if param.operation == param.SUM:
        return graph.operator("Sum", layer.name, _scaled(graph, layer, values))
    if param.operation == param.MAX:
        return graph.layer("Max", layer)
    product = values[0]
    for n, value in enumerate(values[1:]):  # ONNX's Mul takes two values only
        product = graph.operator("Mul", f"{layer.name}:{n}", [product, value])
    return product


def _scaled(graph, layer, values):
    factors = layer.eltwise_param.coeff
    return [
        graph.operator("Mul", f"{layer.name}:{n}", [value], [np.float32(factor)])
        for n, (value, factor) in enumerate(zip(values, factors))
    ] or values


RULES = {
    "Input": _input,
    "Convolution": _convolution,
    "Deconvolution": _deconvolution,
    "Pooling": _pooling,
    "InnerProduct": _inner_product,
    "ReLU": _relu,
    "Sigmoid": lambda graph, layer: graph.layer("Sigmoid", layer),
    "Softmax": lambda graph, layer: graph.layer("Softmax", layer, axis=layer.softmax_param.axis),
    "Concat": lambda graph, layer: graph.layer("Concat", layer, axis=layer.concat_param.axis),
    "Eltwise": _eltwise,
    "Silence": lambda graph, layer: None,
}
"""Layer type -> function that adds a layer to a graph and returns the ONNX value of its top."""
