"""Blobs of a net: shapes of its weights, checks of caffemodels, inputs and outputs."""

import math

import numpy as np

from ..errors import BadInput
from . import layer_shapes
from .layer_types import rule_for
from .prototxt import with_layers

LARGEST = 2**31 - 1
"""Largest number of values in a blob of Caffe (INT_MAX)."""


def weight_shapes(net):
    """Return the shapes of every layer's weights, and of its bias if it has one, by layer.

    Raise BadInput if a layer's type is unknown, no layer before it makes its bottom blob, or a blob
    would be too large for Caffe.
    """
    return {layer.name: weights for layer, _, _, weights in _shaped(net) if weights}


def multiply_accumulates(net):
    """Count the multiply-accumulates of the convolutions in one run of a net of these inputs."""
    count = 0
    for layer, bottoms, out, weights in _shaped(net):
        if layer.type == "Convolution":
            count += math.prod(weights[0]) * math.prod(out[1:])
        elif layer.type == "Deconvolution":  # each pixel of the bottom is spread by the kernel
            count += math.prod(weights[0]) * math.prod(bottoms[0][1:])
    return count


def blob_bytes(net, shape):
    """Count the bytes of all blobs of a net with inputs of this height and width.

    Layers that work in place share a blob.
    """
    return 4 * sum(map(math.prod, blob_shapes(with_inputs(net, shape)).values()))


def blob_shapes(net):
    """Return the shape of each blob of a net, C x H x W, by its name; see `weight_shapes`."""
    return {top: out for layer, _, out, _ in _shaped(net) for top in layer.top}


def with_inputs(net, shape):
    """Return a copy of a deploy net with inputs of this height and width."""
    net = with_layers(net, net.layer)
    for layer in net.layer:
        if layer.type == "Input":
            layer.input_param.shape[0].dim[2:] = shape
    return net


def _shaped(net):
    """Yield each layer with the shapes of its bottoms, its top and its weights."""
    tops, inputs = {}, set()
    for layer in net.layer:
        rule = rule_for(layer, layer_shapes.RULES)
        bottoms = _bottoms(layer, tops)
        _check_tops(layer, tops, inputs)
        inputs.update(layer.top if layer.type == "Input" else ())
        out, weights = rule(layer, bottoms)
        _check_counts(layer, [out, *weights])
        tops.update((top, out) for top in layer.top)
        yield layer, bottoms, out, weights


def _check_counts(layer, shapes):
    # Sides of a top may be negative, where those of the Input layer are only placeholders.
    for shape in shapes:
        if math.prod(map(abs, shape)) > LARGEST:
            raise BadInput(f"The layer {layer.name} has a blob of {_words([shape])} numbers.")


def _check_tops(layer, tops, inputs):
    """Refuse a layer that overwrites an input or another layer's blob, unless in place."""
    if len(set(layer.top)) < len(layer.top):
        raise BadInput(f"The layer {layer.name} makes a blob twice.")
    for blob in layer.top:
        if blob in inputs or (blob in tops and blob not in layer.bottom):
            raise BadInput(f"The layer {layer.name} makes the blob {blob}, which exists already.")


def _bottoms(layer, tops):
    """Return the shapes of a layer's bottoms, from the tops of the layers before it."""
    if layer.bottom and layer.type == "Input":
        raise BadInput(f"The Input layer {layer.name} reads a blob.")
    if not layer.bottom and layer.type != "Input":
        raise BadInput(f"The layer {layer.name} has no bottom blob.")
    for blob in layer.bottom:
        if blob not in tops:
            raise BadInput(f"The layer {layer.name} reads the blob {blob}, which no layer makes.")
    return [tops[blob] for blob in layer.bottom]


def shapes_of(prototxt, net):
    """Return `weight_shapes` of a net; errors name the file `prototxt` that it was read from."""
    try:
        return weight_shapes(net)
    except BadInput as error:
        raise BadInput(f"{prototxt}: {error}") from error


def check_weights(net, weights, prototxt, caffemodel):
    """Check that a caffemodel has the weights that a net needs.

    `weights` are those that `caffemodel.read_weights` returns. Raise BadInput, which names both
    files, if some are missing or have another shape.
    """
    _compare(shapes_of(prototxt, net), weights, prototxt, caffemodel)


def check_start(net, weights, prototxt, caffemodel):
    """Check that a net can start its training from a caffemodel.

    Parameters and errors are those of `check_weights`, but layers may be missing in the
    caffemodel: Caffe starts them from their fillers. At least one layer must be there.
    """
    shapes = shapes_of(prototxt, net)
    common = {name: shapes[name] for name in shapes if name in weights}
    if not common:
        raise BadInput(f"{caffemodel} does not fit {prototxt}: they have no layer in common.")
    _compare(common, weights, prototxt, caffemodel)


def learned_shapes(net):
    """Return the shapes of all blobs that a solver learns, in Caffe's order, shared ones once."""
    shapes = {}
    weights = weight_shapes(net)
    for name, places in learned_blobs(net, weights).items():
        for place, shape in zip(places, weights[name]):
            shapes.setdefault(place, shape)
    return list(shapes.values())


def learned_blobs(net, weights=None):
    """Return the positions of each layer's weights in the list of all learned blobs.

    Layers that share a blob, by giving its ``param`` one name, have the same position there.
    `weights` has one entry per blob for each layer; by default it is what `weight_shapes` returns.
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
    """Return the names of a net's inputs, and of other blobs that no layer reads, its outputs.

    Both lists are in the net's order.
    """
    inputs, unread = [], {}
    for layer in net.layer:
        inputs += layer.top if layer.type == "Input" else []
        for blob in set(layer.bottom) - set(layer.top):
            unread.pop(blob, None)
        unread.update(dict.fromkeys(layer.top))
    return inputs, [blob for blob in unread if blob not in inputs]


def layers_making(net, blob):
    """Return the layers that a blob depends on, in the net's order, with those in place on it."""
    wanted, layers = {blob}, []
    for layer in reversed(net.layer):
        if wanted & set(layer.top):
            wanted.update(layer.bottom)
            layers.insert(0, layer)
    return layers


def _compare(needed, weights, prototxt, caffemodel):
    for name, shapes in needed.items():
        found = [blob.shape for blob in weights.get(name, ())]
        if found != shapes:
            raise BadInput(
                f"{caffemodel} does not fit {prototxt}: the layer {name} needs blobs of "
                f"{_words(shapes)}, and there are {_words(found)}."
            )
        if not all(np.isfinite(blob).all() for blob in weights[name]):
            raise BadInput(f"The weights of the layer {name} in {caffemodel} are NaN or infinite.")


def _words(shapes):
    return " and ".join("x".join(map(str, shape)) for shape in shapes) or "none"
