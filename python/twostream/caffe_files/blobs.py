"""Which weights a net needs, and whether a caffemodel has them."""

from ..errors import BadInput


def weight_shapes(net):
    """Shapes of the learned blobs of every layer.

    Parameters
    ----------
    net : NetParameter
        Its inputs are Input layers.

    Returns
    -------
    dict of str to list of tuple
        For each layer with weights: their shape and, if it has a bias, the bias's.

    Raises
    ------
    BadInput
        If a layer's type is unknown, or its bottom blob is made by no layer before it.
    """
    channels, shapes = {}, {}
    for layer in net.layer:
        if layer.type not in _RULES:
            raise BadInput(f"The layer {layer.name} has a type unknown here: {layer.type!r}.")
        if not layer.bottom and layer.type != "Input":
            raise BadInput(f"The layer {layer.name} has no bottom blob.")
        bottoms = [_made_before(layer, blob, channels) for blob in layer.bottom]
        out, blobs = _RULES[layer.type](layer, bottoms)
        channels.update((top, out) for top in layer.top)
        if blobs:
            shapes[layer.name] = blobs
    return shapes


def shapes_of(prototxt, net):
    """Shapes as `weight_shapes` gives them, of the net of a file that errors shall name."""
    try:
        return weight_shapes(net)
    except BadInput as error:
        raise BadInput(f"{prototxt}: {error}") from error


def check(net, weights, prototxt, caffemodel):
    """Raise BadInput if `weights` (of `read_weights`) are not those of another file's net.

    Parameters
    ----------
    net : NetParameter
    weights : dict of str to list of numpy.ndarray
    prototxt, caffemodel : str or Path
        Names for the message.
    """
    _compare(shapes_of(prototxt, net), weights, prototxt, caffemodel)


def check_start(net, weights, prototxt, caffemodel):
    """Raise BadInput if a training of `net` cannot start from `weights`; arguments as `check`.

    Layers that the file lacks are fine: Caffe starts them from their fillers.
    """
    shapes = shapes_of(prototxt, net)
    common = {name: shapes[name] for name in shapes if name in weights}
    if not common:
        raise BadInput(f"{caffemodel} does not fit {prototxt}: they have no layer in common.")
    _compare(common, weights, prototxt, caffemodel)


def learned_shapes(net):
    """Shapes of all blobs that a solver learns, in Caffe's order, the shared ones once.

    Parameters
    ----------
    net : NetParameter
        Its inputs are Input layers.

    Returns
    -------
    list of tuple
    """
    shapes, shared = [], set()
    weights = weight_shapes(net)
    for layer in net.layer:
        for n, shape in enumerate(weights.get(layer.name, ())):
            name = layer.param[n].name if n < len(layer.param) else ""
            if name not in shared:
                shapes.append(shape)
            if name:
                shared.add(name)
    return shapes


def _compare(needed, weights, prototxt, caffemodel):
    for name, shapes in needed.items():
        found = [blob.shape for blob in weights.get(name, ())]
        if found != shapes:
            raise BadInput(
                f"{caffemodel} does not fit {prototxt}: the layer {name} needs blobs of "
                f"{_words(shapes)}, and there are {_words(found)}."
            )


def _words(shapes):
    return " and ".join("x".join(map(str, shape)) for shape in shapes) or "none"


def _made_before(layer, blob, channels):
    if blob not in channels:
        raise BadInput(f"The layer {layer.name} reads the blob {blob}, which no layer makes.")
    return channels[blob]


def _input(layer, _):
    shape = layer.input_param.shape
    if len(shape) != 1 or len(shape[0].dim) != 4:
        raise BadInput(f"The Input layer {layer.name} needs one shape of four sides.")
    return shape[0].dim[1], []


def _same(_, bottoms):
    return bottoms[0], []


def _concat(_, bottoms):
    return sum(bottoms), []


def _loss(layer, bottoms):
    if len(set(bottoms)) > 1:
        compared = " and ".join(f"{n} in {b}" for n, b in zip(bottoms, layer.bottom))
        raise BadInput(f"The layer {layer.name} compares unequal channels: {compared}.")
    return 1, []


def _convolution(layer, bottoms):
    p = layer.convolution_param
    shape = (p.num_output, bottoms[0] // p.group, *kernel(layer))
    return p.num_output, _with_bias(p, shape)


def _deconvolution(layer, bottoms):
    p = layer.convolution_param
    shape = (bottoms[0], p.num_output // p.group, *kernel(layer))
    return p.num_output, _with_bias(p, shape)


def _with_bias(param, shape):
    return [shape, (param.num_output,)] if param.bias_term else [shape]


def kernel(layer):
    """Height and width of a layer's filters."""
    return _two_sides(layer, "kernel_size", "kernel", None)


def stride(layer):
    """Vertical and horizontal stride of a layer."""
    return _two_sides(layer, "stride", "stride", 1)


def pad(layer):
    """Vertical and horizontal padding of a layer."""
    return _two_sides(layer, "pad", "pad", 0)


def dilation(layer):
    """Vertical and horizontal dilation of a layer."""
    return _two_sides(layer, "dilation", None, 1)


def _two_sides(layer, repeated, prefix, default):
    """Caffe gives a side once for both, twice, or as ``_h`` and ``_w``."""
    param = layer.convolution_param
    values = tuple(getattr(param, repeated))
    if not values and prefix and param.HasField(f"{prefix}_h"):
        values = getattr(param, f"{prefix}_h"), getattr(param, f"{prefix}_w")
    values = values or (default,)
    if None in values or len(values) > 2:
        raise BadInput(f"The layer {layer.name} has no usable {repeated}.")
    return values * (2 // len(values))


_RULES = {
    "Input": _input,
    "Convolution": _convolution,
    "Deconvolution": _deconvolution,
    "ReLU": _same,
    "Concat": _concat,
    "EuclideanLoss": _loss,
}
"""Layer type -> function that gives the channels of its top and the shapes of its blobs."""
