"""Shapes of the top blob and the weights of a layer, for each layer type.

A blob's shape is written without its first side, the batch: (C, H, W), or (C,) after an
InnerProduct. Heights and widths matter only to an InnerProduct and to losses.
"""

import math

from ..errors import BadInput
from .sliding_window import kernel, pad, pooled, reach, stride


def _input(layer, _):
    shape = layer.input_param.shape
    if len(shape) != 1 or len(shape[0].dim) != 4:
        raise BadInput(f"The Input layer {layer.name} needs one shape of four sides.")
    return tuple(shape[0].dim[1:]), []


def _groups_fit(layer, channels):
    """Refuse a number of groups that does not divide the channels; Caffe would abort."""
    p = layer.convolution_param
    if p.num_output < 1 or p.group < 1 or channels % p.group or p.num_output % p.group:
        raise BadInput(
            f"The layer {layer.name} cannot make {p.num_output} channels from {channels} "
            f"in {p.group} group(s)."
        )


def _convolution(layer, bottoms):
    p = layer.convolution_param
    channels, *sides = bottoms[0]
    _groups_fit(layer, channels)
    out = [
        (side + 2 * padding - width - 1) // step + 1
        for side, padding, width, step in zip(sides, pad(layer), reach(layer), stride(layer))
    ]
    return (p.num_output, *out), _weights(p, (p.num_output, channels // p.group, *kernel(layer)))


def _deconvolution(layer, bottoms):
    p = layer.convolution_param
    channels, *sides = bottoms[0]
    _groups_fit(layer, channels)
    out = [
        step * (side - 1) + width + 1 - 2 * padding
        for side, padding, width, step in zip(sides, pad(layer), reach(layer), stride(layer))
    ]
    return (p.num_output, *out), _weights(p, (channels, p.num_output // p.group, *kernel(layer)))


def _pooling(layer, bottoms):
    channels, *sides = bottoms[0]
    if layer.pooling_param.global_pooling:
        return (channels, 1, 1), []
    return (channels, *pooled(layer, sides)), []


def _inner_product(layer, bottoms):
    p = layer.inner_product_param
    if p.axis != 1:
        raise BadInput(f"The InnerProduct layer {layer.name} has an axis other than 1.")
    sides = (p.num_output, math.prod(bottoms[0]))
    return (p.num_output,), _weights(p, sides[::-1] if p.transpose else sides)


def _weights(param, shape):
    return [shape, (param.num_output,)] if param.bias_term else [shape]


def _same_as_bottom(_, bottoms):
    return bottoms[0], []


def _concat(layer, bottoms):
    if layer.concat_param.axis != 1:
        raise BadInput(f"The Concat layer {layer.name} joins an axis other than the channels'.")
    if len({bottom[1:] for bottom in bottoms}) > 1:
        sides = " and ".join(_side(bottom, "sides") for bottom in bottoms)
        raise BadInput(f"The Concat layer {layer.name} joins unequal sides: {sides}.")
    return (sum(bottom[0] for bottom in bottoms), *bottoms[0][1:]), []


def _eltwise(layer, bottoms):
    if len(set(bottoms)) > 1:
        what = "channels" if len({bottom[0] for bottom in bottoms}) > 1 else "sides"
        compared = " and ".join(f"{_side(n, what)} in {b}" for n, b in zip(bottoms, layer.bottom))
        raise BadInput(f"The layer {layer.name} compares unequal {what}: {compared}.")
    return bottoms[0], []


def _side(shape, what):
    return shape[0] if what == "channels" else "x".join(map(str, shape[1:])) or "none"


def _silence(_, __):
    return (0,), []


def _euclidean_loss(layer, bottoms):
    _eltwise(layer, bottoms)
    return (1,), []


def _softmax_loss(layer, bottoms):
    if len(bottoms) != 2:
        raise BadInput(f"The layer {layer.name} needs two bottoms, scores and labels.")
    scores, labels = bottoms
    if math.prod(scores[1:]) != math.prod(labels):
        raise BadInput(f"The layer {layer.name} needs one label for each place of its scores.")
    return (1,), []


RULES = {
    "Input": _input,
    "Convolution": _convolution,
    "Deconvolution": _deconvolution,
    "Pooling": _pooling,
    "InnerProduct": _inner_product,
    "ReLU": _same_as_bottom,
    "Sigmoid": _same_as_bottom,
    "Softmax": _same_as_bottom,
    "Concat": _concat,
    "Eltwise": _eltwise,
    "Silence": _silence,
    "EuclideanLoss": _euclidean_loss,
    "SoftmaxWithLoss": _softmax_loss,
}
"""Layer type -> function of a layer and its bottoms' shapes: its top's and its weights' shapes."""
