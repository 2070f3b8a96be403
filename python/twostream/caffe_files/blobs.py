"""Which weights a net needs, and whether a caffemodel has them."""

import math

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
    tops, shapes = {}, {}
    for layer in net.layer:
        if layer.type not in _RULES:
            raise BadInput(f"The layer {layer.name} has a type unknown here: {layer.type!r}.")
        if not layer.bottom and layer.type != "Input":
            raise BadInput(f"The layer {layer.name} has no bottom blob.")
        bottoms = [_made_before(layer, blob, tops) for blob in layer.bottom]
        out, blobs = _RULES[layer.type](layer, bottoms)
        tops.update((top, out) for top in layer.top)
        if blobs:
            shapes[layer.name] = blobs
    return shapes


def shapes_of(prototxt, net):
    """Shapes as `weight_shapes` gives them, of the net of a file that errors shall name."""
    try:
        return weight_shapes(net)
    except BadInput as error:
        raise BadInput(f"{prototxt}: {error}") from error


def check_weights(net, weights, prototxt, caffemodel):
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
    shapes = {}
    weights = weight_shapes(net)
    for name, places in learned_blobs(net, weights).items():
        for place, shape in zip(places, weights[name]):
            shapes.setdefault(place, shape)
    return list(shapes.values())


def learned_blobs(net, weights=None):
    """Where the blobs of each layer stand among those that a solver learns.

    The first layer that names a blob owns it; the others have the same place.

    Parameters
    ----------
    net : NetParameter
    weights : mapping of str to list, optional
        One entry a blob for each layer with weights, such as `weight_shapes` gives.

    Returns
    -------
    dict of str to list of int
        For each layer with weights, in the net's order.
    """
    weights = weight_shapes(net) if weights is None else weights
    places, owned, count = {}, {}, 0
    for layer in net.layer:
        for n in range(len(weights.get(layer.name, ()))):
            name = layer.param[n].name if n < len(layer.param) else ""
            place = owned.get(name, count) if name else count
            owned[name] = place
            count += place == count
            places.setdefault(layer.name, []).append(place)
    return places


def inputs_and_outputs(net):
    """Names of a net's inputs, and of the blobs that no layer reads, in the net's order."""
    inputs, unread = [], {}
    for layer in net.layer:
        inputs += layer.top if layer.type == "Input" else []
        for blob in set(layer.bottom) - set(layer.top):
            unread.pop(blob, None)
        unread.update(dict.fromkeys(layer.top))
    return inputs, list(unread)


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


def _made_before(layer, blob, tops):
    if blob not in tops:
        raise BadInput(f"The layer {layer.name} reads the blob {blob}, which no layer makes.")
    return tops[blob]


# The rules below know the shape of a blob without its first side, the batch: (C, H, W), or (C,)
# after an InnerProduct. Heights and widths matter only to an InnerProduct and to losses.


def _input(layer, _):
    shape = layer.input_param.shape
    if len(shape) != 1 or len(shape[0].dim) != 4:
        raise BadInput(f"The Input layer {layer.name} needs one shape of four sides.")
    return tuple(shape[0].dim[1:]), []


def _same(_, bottoms):
    return bottoms[0], []


def _silence(_, __):
    return (0,), []


def _concat(layer, bottoms):
    if layer.concat_param.axis != 1:
        raise BadInput(f"The Concat layer {layer.name} joins an axis other than the channels'.")
    return (sum(bottom[0] for bottom in bottoms), *bottoms[0][1:]), []


def _alike(layer, bottoms):
    if len(set(bottoms)) > 1:
        what = "channels" if len({bottom[0] for bottom in bottoms}) > 1 else "sides"
        compared = " and ".join(f"{_side(n, what)} in {b}" for n, b in zip(bottoms, layer.bottom))
        raise BadInput(f"The layer {layer.name} compares unequal {what}: {compared}.")
    return bottoms[0], []


def _side(shape, what):
    return shape[0] if what == "channels" else "x".join(map(str, shape[1:])) or "none"


def _euclidean_loss(layer, bottoms):
    _alike(layer, bottoms)
    return (1,), []


def _softmax_loss(layer, bottoms):
    if len(bottoms) != 2:
        raise BadInput(f"The layer {layer.name} needs two bottoms, scores and labels.")
    scores, labels = bottoms
    if math.prod(scores[1:]) != math.prod(labels):
        raise BadInput(f"The layer {layer.name} needs one label for each place of its scores.")
    return (1,), []


def _convolution(layer, bottoms):
    p = layer.convolution_param
    channels, *sides = bottoms[0]
    out = [
        (side + 2 * padding - reach - 1) // step + 1
        for side, padding, reach, step in zip(sides, pad(layer), _reach(layer), stride(layer))
    ]
    shape = (p.num_output, channels // p.group, *kernel(layer))
    return (p.num_output, *out), _with_bias(p, shape)


def _deconvolution(layer, bottoms):
    p = layer.convolution_param
    channels, *sides = bottoms[0]
    out = [
        step * (side - 1) + reach + 1 - 2 * padding
        for side, padding, reach, step in zip(sides, pad(layer), _reach(layer), stride(layer))
    ]
    shape = (channels, p.num_output // p.group, *kernel(layer))
    return (p.num_output, *out), _with_bias(p, shape)


def _reach(layer):
    return [d * (k - 1) for d, k in zip(dilation(layer), kernel(layer))]


def _pooling(layer, bottoms):
    channels, *sides = bottoms[0]
    if layer.pooling_param.global_pooling:
        return (channels, 1, 1), []
    out = [
        pooled(layer, *numbers) for numbers in zip(sides, kernel(layer), pad(layer), stride(layer))
    ]
    return (channels, *out), []


def pooled(layer, side, window, padding, step):
    """Side of a Pooling layer's top: Caffe rounds up, but no window starts in the far padding."""
    param = layer.pooling_param
    room = side + 2 * padding - window
    out = (room if param.round_mode == param.FLOOR else room + step - 1) // step + 1
    return out - 1 if padding and (out - 1) * step >= side + padding else out


def _inner_product(layer, bottoms):
    p = layer.inner_product_param
    if p.axis != 1:
        raise BadInput(f"The InnerProduct layer {layer.name} has an axis other than 1.")
    sides = (p.num_output, math.prod(bottoms[0]))
    return (p.num_output,), _with_bias(p, sides[::-1] if p.transpose else sides)


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


def _two_sides(layer, field, prefix, default):
    """Caffe gives a side once for both, twice (but for Pooling), or as ``_h`` and ``_w``."""
    param = layer.pooling_param if layer.type == "Pooling" else layer.convolution_param
    values = getattr(param, field)
    if isinstance(values, int):
        values = (values,) if param.HasField(field) else ()
    values = tuple(values)
    if not values and prefix and param.HasField(f"{prefix}_h"):
        values = getattr(param, f"{prefix}_h"), getattr(param, f"{prefix}_w")
    values = values or (default,)
    if None in values or len(values) > 2:
        raise BadInput(f"The layer {layer.name} has no usable {field}.")
    return values * (2 // len(values))


_RULES = {
    "Input": _input,
    "Convolution": _convolution,
    "Deconvolution": _deconvolution,
    "Pooling": _pooling,
    "InnerProduct": _inner_product,
    "ReLU": _same,
    "Sigmoid": _same,
    "Softmax": _same,
    "Concat": _concat,
    "Eltwise": _alike,
    "Silence": _silence,
    "EuclideanLoss": _euclidean_loss,
    "SoftmaxWithLoss": _softmax_loss,
}
"""Layer type -> function that gives the shape of its top and the shapes of its blobs."""
