"""The window that a Convolution, Deconvolution or Pooling layer slides over its bottom blob.

Every function returns two numbers, the vertical and the horizontal one.
"""

from ..errors import BadInput

WIDEST = 4096
"""Largest window, stride, padding or dilation; larger ones could exhaust the memory."""


def kernel(layer):
    """Return height and width of a layer's filters or of its pooling window."""
    return _two_sides(layer, "kernel_size", "kernel", None)


def stride(layer):
    """Return vertical and horizontal stride of a layer."""
    return _two_sides(layer, "stride", "stride", 1)


def pad(layer):
    """Return vertical and horizontal padding of a layer."""
    return _two_sides(layer, "pad", "pad", 0)


def dilation(layer):
    """Return vertical and horizontal dilation of a layer; 1 for Pooling, which has none."""
    return (1, 1) if layer.type == "Pooling" else _two_sides(layer, "dilation", None, 1)


def reach(layer):
    """Return the rows and columns from the first pixel of a window to its last."""
    return tuple(d * (k - 1) for d, k in zip(dilation(layer), kernel(layer)))


def upsamples(layer, filters):
    """Return whether a Deconvolution upsamples by nearest neighbour, with constant weights."""
    param = layer.convolution_param
    separate = kernel(layer) == stride(layer) and dilation(layer) == (1, 1)
    depthwise = param.group == param.num_output == len(filters) and not param.bias_term
    return separate and depthwise and pad(layer) == (0, 0) and bool((filters == 1).all())


def pooled(layer, sides):
    """Return height and width of the top of a Pooling layer whose bottom has these sides.

    Caffe rounds up, but no window starts in the padding after the last pixel
    (``pooling_layer.cpp``, `Reshape`).
    """
    return tuple(
        _pooled(layer.pooling_param, *numbers)
        for numbers in zip(sides, kernel(layer), pad(layer), stride(layer))
    )


def _pooled(param, side, window, padding, step):
    room = side + 2 * padding - window
    out = (room if param.round_mode == param.FLOOR else room + step - 1) // step + 1
    return out - 1 if padding and (out - 1) * step >= side + padding else out


def _two_sides(layer, field, prefix, default):
    """Read a field: one number for both sides, two (except Pooling), or ``_h`` and ``_w``."""
    param = layer.pooling_param if layer.type == "Pooling" else layer.convolution_param
    values = getattr(param, field)
    if isinstance(values, int):
        values = (values,) if param.HasField(field) else ()
    values = tuple(values)
    if not values and prefix and param.HasField(f"{prefix}_h"):
        values = getattr(param, f"{prefix}_h"), getattr(param, f"{prefix}_w")
    values = values or (default,)
    least = 0 if field == "pad" else 1
    if None in values or len(values) > 2 or not least <= min(values) <= max(values) <= WIDEST:
        raise BadInput(f"The layer {layer.name} has no usable {field}.")
    return values * (2 // len(values))
