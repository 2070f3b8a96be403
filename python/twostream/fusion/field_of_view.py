"""The field of view of a net: the halo around a tile that makes its result exact."""

import math
from fractions import Fraction

from ..caffe_files.blobs import layers_making
from ..caffe_files.layer_types import rule_for
from ..caffe_files.sliding_window import WIDEST, pad, reach, stride
from ..errors import BadInput


def field_of_view(net, output="fused"):
    """Return the halo that makes tiling of a deploy net exact, and the step of the tiles' grid.

    The halo is the number of pixels around a tile that its result depends on, a multiple of the
    step. Sides and corners of tiles are multiples of the step, so that strides start at the same
    pixels as in the whole image. Raise BadInput if a layer is of an unknown type or sees the whole
    image at once.
    """
    layers = layers_making(net, output)
    steps, halos = zip(*(_along(axis, layers, output) for axis in (0, 1)))
    step = math.lcm(*steps)
    if step > WIDEST:
        raise BadInput(f"The strides of the net multiply to {step}, more than {WIDEST}.")
    return math.ceil(max(halos) / step) * step, step


def _along(axis, layers, output):
    """Return step and halo, the vertical ones (axis 0) or the horizontal ones (axis 1).

    Go through the layers backwards, from the first `step` pixels of the output, and keep for each
    blob the first and the last pixel that they depend on.
    """
    step = _step(axis, layers)
    seen = {output: (0, step - 1)}
    for layer in reversed(layers):
        top = _union(seen[blob] for blob in layer.top if blob in seen)
        for blob in layer.bottom:
            bottom = _bottom_pixels(axis, layer, *top)
            seen[blob] = _union([bottom, seen.get(blob, bottom)])
    first, last = _union(seen[layer.top[0]] for layer in layers if layer.type == "Input")
    return step, max(-first, last - (step - 1), 0)


def _step(axis, layers):
    """Return the fewest input pixels that are a whole number of pixels of every blob."""
    widths = {}  # of a blob's pixel, in input pixels
    for layer in layers:
        width = Fraction(1)
        if layer.bottom:
            scale, _, _ = rule_for(layer, RULES)(axis, layer)
            width = scale * max(widths[blob] for blob in layer.bottom)
        widths.update((blob, width) for blob in layer.top)
    return math.lcm(*(width.numerator for width in widths.values()))


def _bottom_pixels(axis, layer, first, last):
    """Return the first and last bottom pixel that top pixels `first` to `last` depend on."""
    scale, before, after = rule_for(layer, RULES)(axis, layer)
    return math.ceil(scale * first + before), math.floor(scale * last + after)


def _union(intervals):
    starts, ends = zip(*intervals)
    return min(starts), max(ends)


def _same_pixel(_, __):
    return Fraction(1), 0, 0


def _window(axis, layer):
    padding = pad(layer)[axis]
    return Fraction(stride(layer)[axis]), -padding, reach(layer)[axis] - padding


def _pooling(axis, layer):
    # Caffe rounds a top's size up: windows that reach beyond the image lose those pixels only.
    return _whole_image(axis, layer) if layer.pooling_param.global_pooling else _window(axis, layer)


def _transposed_window(axis, layer):
    """Return the bottom pixels i with 0 <= t + pad - stride * i <= reach, for the top pixel t."""
    step, padding = stride(layer)[axis], pad(layer)[axis]
    return Fraction(1, step), Fraction(padding - reach(layer)[axis], step), Fraction(padding, step)


def _softmax(axis, layer):
    channels = layer.softmax_param.axis in (1, -3)
    return _same_pixel(axis, layer) if channels else _whole_image(axis, layer)


def _whole_image(_, layer):
    raise BadInput(f"The layer {layer.name} sees the whole image, so its net cannot be tiled.")


RULES = {
    "Convolution": _window,
    "Deconvolution": _transposed_window,
    "Pooling": _pooling,
    "InnerProduct": _whole_image,
    "ReLU": _same_pixel,
    "Sigmoid": _same_pixel,
    "Softmax": _softmax,
    "Concat": _same_pixel,
    "Eltwise": _same_pixel,
}
"""Layer type -> function of an axis and a layer that returns `scale`, `before` and `after`.

The top pixel t depends on the bottom pixels from ceil(scale * t + before) to
floor(scale * t + after).
"""
