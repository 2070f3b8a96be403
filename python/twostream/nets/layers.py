"""The layers that the networks are built of; each function appends to a net."""


def add_input(net, name, channels, patch):
    """Append an Input layer for one picture of `patch` x `patch` pixels."""
    layer = net.layer.add(name=name, type="Input", top=[name])
    layer.input_param.shape.add(dim=[1, channels, patch, patch])


def convolution(
    net,
    bottom,
    name,
    filters,
    kernel,
    *,
    pad=None,
    stride=None,
    top=None,
    shared=None,
    kind="Convolution",
):
    """Append a convolution whose training starts from msra weights.

    Parameters
    ----------
    net : NetParameter
    bottom, name : str
        Blob that the layer reads, and the layer's name.
    filters, kernel : int
        Number and side of the filters.
    pad, stride : int, optional
        Left out of the file if not given; Caffe takes 0 and 1.
    top : str, optional
        Blob that the layer makes; `name` by default.
    shared : str, optional
        Layers that give the same word here have the same weights.
    kind : str
        ``Convolution`` or ``Deconvolution``.

    Returns
    -------
    LayerParameter
    """
    layer = net.layer.add(name=name, type=kind, bottom=[bottom], top=[top or name])
    if shared:
        layer.param.add(name=f"{shared}_w")
        layer.param.add(name=f"{shared}_b")
    param = layer.convolution_param
    param.num_output = filters
    param.kernel_size.append(kernel)
    param.pad.extend([] if pad is None else [pad])
    param.stride.extend([] if stride is None else [stride])
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


def doubled(net, bottom, name, filters, bottom_filters):
    """Append a Deconvolution that doubles the sides, and its ReLU; return the name of its blob."""
    layer = convolution(net, bottom, name, filters, 4, pad=1, stride=2, kind="Deconvolution")
    filler = layer.convolution_param.weight_filler
    # A pixel of the output is the sum of 2x2 taps: a quarter of what Caffe counts as fan-out.
    filler.type, filler.std = "gaussian", (2 / (4 * bottom_filters)) ** 0.5
    return relu(net, name)


def repeated(net, bottom, name, filters, _):
    """Append a Convolution of 1x1 with its ReLU, and a Deconvolution that repeats each pixel 2x2.

    Engines that know how to repeat pixels spend nothing on it, whereas a Deconvolution of trained
    filters took a quarter of a net's time. Returns the name of the last blob.
    """
    few = conv_relu(net, bottom, f"{name}_few", filters, 1)
    layer = net.layer.add(name=name, type="Deconvolution", bottom=[few], top=[name])
    layer.param.add(lr_mult=0, decay_mult=0)
    param = layer.convolution_param
    param.num_output = param.group = filters
    param.kernel_size.append(2)
    param.stride.append(2)
    param.bias_term = False
    param.weight_filler.type, param.weight_filler.value = "constant", 1
    return name


def shared_conv_relu(net, bottom, letter, name, filters, kernel, stride):
    """Append a convolution that both streams share, and its ReLU."""
    spans = {"pad": kernel // 2, "stride": stride, "shared": name}
    return conv_relu(net, bottom, f"{name}_{letter}", filters, kernel, **spans)
