"""Caffe's layers in PyTorch: for each type a function of the layer, its weights and its bottoms."""

import contextlib

import torch
import torch.nn.functional as F

from ...caffe_files.layer_types import rule_for
from ...caffe_files.sliding_window import dilation, kernel, pad, pooled, stride, upsamples
from ...errors import BadInput


def apply(layer, weights, bottoms):
    """Compute the top of a layer; a loss is one number, not yet multiplied by its `loss_weight`.

    `weights` are filters and bias in Caffe's layouts, if it has any. Raise BadInput if the type of
    the layer is unknown.
    """
    return rule_for(layer, RULES)(layer, weights, bottoms)


def _convolution(layer, weights, bottoms):
    weight, bias = (*weights, None)[:2]
    group = layer.convolution_param.group
    spans = stride(layer), pad(layer), dilation(layer)
    with _images_in_float32(weight) as image:
        return F.conv2d(image(bottoms[0]), weight, bias, *spans, group)


def _deconvolution(layer, weights, bottoms):
    weight, bias = (*weights, None)[:2]
    learned = weight.requires_grad and torch.is_grad_enabled()
    if not learned and upsamples(layer, weight):
        return F.interpolate(bottoms[0], scale_factor=stride(layer))
    group = layer.convolution_param.group
    spans = stride(layer), pad(layer), 0, group, dilation(layer)
    with _images_in_float32(weight) as image:
        return F.conv_transpose2d(image(bottoms[0]), weight, bias, *spans)


@contextlib.contextmanager
def _images_in_float32(weight):
    """Keep a layer that reads or writes an image, of 1 to 4 channels, in float32.

    bf16 would quantize pixels to about 8 bits, and its noise of 55 dB would hide smaller losses.
    """
    if min(weight.shape[:2]) > 4:
        yield lambda blob: blob
    else:
        with torch.autocast(weight.device.type, enabled=False):
            yield lambda blob: blob.to(weight.dtype)


def _pooling(layer, _, bottoms):
    param, image = layer.pooling_param, bottoms[0]
    if param.pool == param.STOCHASTIC:
        raise BadInput(f"The layer {layer.name} pools at random, which is not supported.")
    maximum = param.pool == param.MAX
    if param.global_pooling:
        return image.amax((2, 3), True) if maximum else image.mean((2, 3), True)
    counts, fill = _windows(layer, image.shape[2:])
    filled = F.pad(image, fill, value=-torch.inf if maximum else 0.0)
    if maximum:
        return F.max_pool2d(filled, kernel(layer), stride(layer))
    sums = F.avg_pool2d(filled, kernel(layer), stride(layer), divisor_override=1)
    return sums / counts.to(sums)


def _windows(layer, sides):
    """Return the pixels that Caffe counts in each window, and the padding for whole windows."""
    (rows, row_fill), (columns, column_fill) = [
        _windows_along(*numbers)
        for numbers in zip(pooled(layer, sides), sides, kernel(layer), pad(layer), stride(layer))
    ]
    return torch.outer(rows, columns), [*column_fill, *row_fill]


def _windows_along(count, side, window, padding, step):
    starts = torch.arange(count) * step - padding
    pixels = (starts + window).clamp(max=side + padding) - starts
    return pixels, (padding, (count - 1) * step + window - side - padding)


def _inner_product(layer, weights, bottoms):
    weight, bias = (*weights, None)[:2]
    if layer.inner_product_param.transpose:
        weight = weight.T
    return F.linear(bottoms[0].flatten(1), weight, bias)


def _relu(layer, _, bottoms):
    slope = layer.relu_param.negative_slope
    return F.leaky_relu(bottoms[0], slope) if slope else F.relu(bottoms[0])


def _eltwise(layer, _, bottoms):
    param, (top, *others) = layer.eltwise_param, bottoms
    if param.operation == param.SUM:
        factors = list(param.coeff) or [1.0] * len(bottoms)
        return sum(factor * bottom for factor, bottom in zip(factors, bottoms))
    for other in others:
        top = top * other if param.operation == param.PROD else torch.maximum(top, other)
    return top


def _euclidean_loss(_, __, bottoms):
    difference = bottoms[0] - bottoms[1]
    return (difference * difference).sum() / (2 * len(difference))


def _softmax_loss(layer, _, bottoms):
    scores, labels = bottoms
    param = layer.loss_param
    labels = labels.reshape(len(scores), *scores.shape[2:]).long()
    ignored = param.ignore_label if param.HasField("ignore_label") else -100
    loss = F.cross_entropy(scores, labels, ignore_index=ignored, reduction="sum")
    count = _normalizer(param, labels, (labels != ignored).sum())
    return loss / max(count, 1)


def _normalizer(param, labels, valid):
    """Return the number that Caffe divides by; `normalize` is the field of old files."""
    mode = param.normalization
    if not param.HasField("normalization") and param.HasField("normalize"):
        mode = param.VALID if param.normalize else param.BATCH_SIZE
    return {
        param.VALID: valid,
        param.FULL: labels.numel(),
        param.BATCH_SIZE: len(labels),
        param.NONE: 1,
    }[mode]


RULES = {
    "Convolution": _convolution,
    "Deconvolution": _deconvolution,
    "Pooling": _pooling,
    "InnerProduct": _inner_product,
    "ReLU": _relu,
    "Sigmoid": lambda layer, _, bottoms: torch.sigmoid(bottoms[0]),
    "Softmax": lambda layer, _, bottoms: torch.softmax(bottoms[0], layer.softmax_param.axis),
    "Concat": lambda layer, _, bottoms: torch.cat(bottoms, layer.concat_param.axis),
    "Eltwise": _eltwise,
    "Silence": lambda layer, _, bottoms: None,
    "EuclideanLoss": _euclidean_loss,
    "SoftmaxWithLoss": _softmax_loss,
}
"""Layer type -> function of a layer, its weights and its bottoms that returns its top."""
