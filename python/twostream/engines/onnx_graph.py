"""A Caffe net and its weights as an ONNX model."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from ..caffe_files.blobs import dilation, kernel, pad, stride
from ..errors import BadInput

OPSET = 13
IR_VERSION = 8
"""Old enough for every ONNX Runtime since 1.10."""


def model(net, weights):
    """Build the ONNX model of a deploy net.

    Parameters
    ----------
    net : NetParameter
    weights : dict of str to list of numpy.ndarray
        In Caffe's layouts, which are ONNX's too.

    Returns
    -------
    onnx.ModelProto
        Inputs and outputs have the names of Caffe's blobs; batch, height and width are free.

    Raises
    ------
    BadInput
        If a layer's type has no counterpart here.
    """
    graph = _Graph(weights)
    for layer in net.layer:
        if layer.type not in _LAYERS:
            raise BadInput(f"The layer {layer.name} has a type unknown here: {layer.type!r}.")
        _LAYERS[layer.type](graph, layer)
    return graph.model(net.name, graph.unread())


class _Graph:
    """ONNX names every value once; Caffe's in-place layers write a blob anew."""

    def __init__(self, weights):
        self.weights = weights
        self.nodes, self.inputs, self.initializers = [], [], []
        self.value_of = {}  # Caffe blob -> ONNX value that holds it at present
        self.read = set()

    def input(self, blob, channels):
        self.value_of[blob] = blob
        self.inputs.append(_info(blob, channels))

    def node(self, operator, layer, blobs=(), again=False, **attributes):
        """Add an operator; `again` where it goes on with what the layer's last one made."""
        names = [f"{layer.name}_{n}" for n in range(len(blobs))]
        for name, blob in zip(names, blobs):
            self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(blob), name))
        bottoms = [self.value_of[blob] for blob in (layer.top if again else layer.bottom)]
        self.read.update(set(layer.bottom) - set(layer.top))
        top = self.value_of[layer.top[0]] = f"{layer.name}:{operator}"
        self.nodes.append(helper.make_node(operator, bottoms + names, [top], top, **attributes))

    def unread(self):
        return [blob for blob in self.value_of if blob not in self.read]

    def model(self, name, outputs):
        named = [helper.make_node("Identity", [self.value_of[b]], [b]) for b in outputs]
        graph = helper.make_graph(
            self.nodes + named,
            name or "net",
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
    graph.input(layer.top[0], layer.input_param.shape[0].dim[1])


def _convolution(graph, layer):
    graph.node("Conv", layer, graph.weights[layer.name], pads=pad(layer) * 2, **_settings(layer))


def _deconvolution(graph, layer):
    if stride(layer) == (1, 1) and layer.convolution_param.group == 1:
        return _mirrored_convolution(graph, layer)
    blobs = graph.weights[layer.name]
    graph.node("ConvTranspose", layer, blobs, pads=pad(layer) * 2, **_settings(layer))


def _mirrored_convolution(graph, layer):
    """Without strides a Deconvolution is a Convolution with its filters turned around.

    ONNX Runtime's ConvTranspose would need a column buffer of k * k times its input.
    """
    filters, *bias = graph.weights[layer.name]
    turned = filters.swapaxes(0, 1)[:, :, ::-1, ::-1]
    reach = [d * (k - 1) for d, k in zip(dilation(layer), kernel(layer))]
    pads = [r - p for r, p in zip(reach, pad(layer))] * 2
    graph.node("Conv", layer, [turned, *bias], pads=pads, **_settings(layer))


def _settings(layer):
    return {
        "kernel_shape": kernel(layer),
        "strides": stride(layer),
        "dilations": dilation(layer),
        "group": layer.convolution_param.group,
    }


def _relu(graph, layer):
    slope = layer.relu_param.negative_slope
    if slope:
        graph.node("LeakyRelu", layer, alpha=slope)
    else:
        graph.node("Relu", layer)


def _concat(graph, layer):
    graph.node("Concat", layer, axis=layer.concat_param.axis)


def _pooling(graph, layer):
    param = layer.pooling_param
    if param.pool == param.STOCHASTIC:
        raise BadInput(f"The layer {layer.name} pools at random, which has no counterpart here.")
    operator = "MaxPool" if param.pool == param.MAX else "AveragePool"
    if param.global_pooling:
        return graph.node(f"Global{operator}", layer)
    if any(pad(layer)):
        # ONNX and Caffe count the padding differently where a last window reaches beyond it.
        raise BadInput(f"The layer {layer.name} pools with padding, which is unknown here.")
    ceil = int(param.round_mode == param.CEIL)
    graph.node(operator, layer, kernel_shape=kernel(layer), strides=stride(layer), ceil_mode=ceil)


def _inner_product(graph, layer):
    transposed = int(not layer.inner_product_param.transpose)
    graph.node("Flatten", layer, axis=1)
    graph.node("Gemm", layer, graph.weights[layer.name], transB=transposed, again=True)


def _softmax(graph, layer):
    graph.node("Softmax", layer, axis=layer.softmax_param.axis)


def _sigmoid(graph, layer):
    graph.node("Sigmoid", layer)


_LAYERS = {
    "Input": _input,
    "Convolution": _convolution,
    "Deconvolution": _deconvolution,
    "Pooling": _pooling,
    "InnerProduct": _inner_product,
    "ReLU": _relu,
    "Sigmoid": _sigmoid,
    "Softmax": _softmax,
    "Concat": _concat,
}
