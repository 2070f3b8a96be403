"""The layers of the networks; each function appends one to a net."""

from dataclasses import dataclass
from typing import Optional


def add_input(net, name, channels, patch):
    """Append an Input layer for one image of `patch` x `patch` pixels."""
    layer = net.layer.add(name=name, type="Input", top=[name])
    layer.input_param.shape.add(dim=[1, channels, patch, patch])


@dataclass(frozen=True)
class Filters:
    """The filters of a layer."""

    count: int
    side: int  # height and width
    pad: Optional[int] = None  # left out of the file if not given; Caffe takes 0
    stride: Optional[int] = None  # left out too; Caffe takes 1
    kind: str = "Convolution"  # type of the layer, ``Convolution`` or ``Deconvolution``


def convolution(net, bottom, name, filters, top=None, shared=None):
    """Append a convolution whose training starts from msra weights; return its layer.

    Its top blob is `top`, or `name` by default. Layers with the same word as `shared` share their
    weights.
    """
    layer = net.layer.add(name=name, type=filters.kind, bottom=[bottom], top=[top or name])
    if shared:
        layer.param.add(name=f"{shared}_w")
        layer.param.add(name=f"{shared}_b")
    param = layer.convolution_param
    param.num_output = filters.count
    param.kernel_size.append(filters.side)
    param.pad.extend([] if filters.pad is None else [filters.pad])
    param.stride.extend([] if filters.stride is None else [filters.stride])
    param.weight_filler.type = "msra"
    return layer


def relu(net, blob):
    """Append a ReLU that works in place; return the blob's name."""
    net.layer.add(name=f"relu_{blob}", type="ReLU", bottom=[blob], top=[blob])
    return blob


def conv_relu(net, *arguments, **settings):
    """Append a `convolution` and its ReLU; return the name of their blob."""
    return relu(net, convolution(net, *arguments, **settings).top[0])


def concat(net, bottoms, name="concat"):
    """Append a Concat of the channels of blobs; return the name of its blob."""
    net.layer.add(name=name, type="Concat", bottom=bottoms, top=[name])
    return name


def deconvolved(net, bottom, name, count, bottom_count):
    """Append a Deconvolution that doubles the sides, and its ReLU; return the name of its blob.

    `count` and `bottom_count` are the feature maps of the new blob and of `bottom`.
    """
    layer = convolution(net, bottom, name, Filters(count, 4, 1, 2, "Deconvolution"))
    filler = layer.convolution_param.weight_filler
    # A pixel of the output is the sum of 2x2 taps: a quarter of what Caffe counts as fan-out.
    filler.type, filler.std = "gaussian", (2 / (4 * bottom_count)) ** 0.5
    return relu(net, name)


def upsampled(net, bottom, name, count, _):
    """Append a 1x1 Convolution with its ReLU, and nearest-neighbour upsampling by 2.

    The upsampling is a Deconvolution with constant weights. The engines replace it by a resize,
    which costs almost nothing, whereas a trained Deconvolution took a quarter of a net's time.
    Parameters are those of `deconvolved`. Returns the name of the last blob.
    """
    few = conv_relu(net, bottom, f"{name}_few", Filters(count, 1))
    layer = net.layer.add(name=name, type="Deconvolution", bottom=[few], top=[name])
    layer.param.add(lr_mult=0, decay_mult=0)
    param = layer.convolution_param
    param.num_output = param.group = count
    param.kernel_size.append(2)
    param.stride.append(2)
    param.bias_term = False
    param.weight_filler.type, param.weight_filler.value = "constant", 1
    return name


def shared_conv_relu(net, bottom, letter, name, filters):
    """Append a convolution that both streams share, and its ReLU; return the name of its blob."""
    return conv_relu(net, bottom, f"{name}_{letter}", filters, shared=name)
