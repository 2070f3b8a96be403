"""Weights to start training from: a net that already does something.

The paper does not say how it initialises. From random weights at Adam's recommended rate the last
ReLU may die. A start either is the plain average of its inputs, so that the first steps begin at
the average's PSNR, or does what a smaller net does that took less time to train. A few filters of
each layer do that, all others are random (msra).
"""

import numpy as np

from ..caffe_files.blobs import weight_shapes
from ..errors import BadInput
from .two_stream import deploy


def average_start(design, seed=2018):
    """Make the starting weights of a design.

    Parameters
    ----------
    design : Design
        With stride 1 and separate or shared streams.
    seed : int

    Returns
    -------
    dict of str to list of numpy.ndarray
        As `caffe_files.caffemodel.write_weights` takes them.
    """
    if design.stride != 1 or design.filters < design.channels:
        raise BadInput("Only a net of stride 1 with a filter for each channel can start so.")
    rng = np.random.default_rng(seed)
    weights = {}
    for name, (shape, bias) in weight_shapes(deploy(design)).items():
        filters = _msra(name, shape, rng)
        _carry(name, filters, design)
        weights[name] = [filters, np.zeros(bias, np.float32)]
    if design.shared_streams:
        _share(weights)
    return weights


def grown_start(design, small, seed=2018):
    """Make starting weights with which a design does what a smaller net of its kind does.

    The small net's filters lie in the middle of the design's and read nothing from the new ones
    (T. Chen, I. Goodfellow, J. Shlens, "Net2Net", ICLR 2016, add copies where this adds random
    filters).

    Parameters
    ----------
    design : Design
    small : dict of str to list of numpy.ndarray
        Weights as `caffe_files.caffemodel.read_weights` gives them, of a net that differs from
        the design in `filters` and `kernel`, which are at most the design's.
    seed : int

    Returns
    -------
    dict of str to list of numpy.ndarray
        As `caffe_files.caffemodel.write_weights` takes them.

    Raises
    ------
    BadInput
        If the small net is not of the design's kind, or larger.
    """
    rng = np.random.default_rng(seed)
    weights = {}
    shapes = weight_shapes(deploy(design))
    if {name: len(shapes[name]) for name in shapes} != {name: len(small[name]) for name in small}:
        raise BadInput("A net can only grow from one with the same layers.")
    for name, (shape, bias) in shapes.items():
        filters, biases = _msra(name, shape, rng), np.zeros(bias, np.float32)
        _embed(name, filters, small[name][0], design)
        biases[: len(small[name][1])] = small[name][1]
        weights[name] = [filters, biases]
    if design.shared_streams:
        _share(weights)
    return weights


def _embed(name, filters, small, design):
    """Put small filters in the middle of filters, with no other inputs."""
    if name.startswith("deconv"):
        filters, small = filters.swapaxes(0, 1), small.swapaxes(0, 1)
    streams = design.streams if name == "fusion" else 1
    if any(n > m for n, m in zip(small.shape, filters.shape)):
        raise BadInput(f"A net can only grow: {name} has {small.shape}, more than {filters.shape}.")
    ring = (filters.shape[-1] - small.shape[-1]) // 2
    middle = slice(ring, filters.shape[-1] - ring)
    by_stream, small = (x.reshape(len(x), streams, -1, *x.shape[2:]) for x in (filters, small))
    outputs, _, inputs = small.shape[:3]
    by_stream[:outputs] = 0
    by_stream[:outputs, :, :inputs, middle, middle] = small


def _msra(name, shape, rng):
    if name.startswith("deconv"):
        shape_in, _, *sides = shape
    else:
        _, shape_in, *sides = shape
    std = np.sqrt(2 / (shape_in * np.prod(sides)))
    return rng.normal(0, std, shape).astype(np.float32)


def _carry(name, filters, design):
    """Let filter c carry channel c and nothing else."""
    by_output = filters.swapaxes(0, 1) if name.startswith("deconv") else filters
    middle = filters.shape[-1] // 2
    for c in range(design.channels):
        by_output[c] = 0
        if name == "fusion":
            by_output[c, c :: design.filters] = 1 / design.streams
        else:
            by_output[c, c, middle, middle] = 1


def _share(weights):
    for name in [name for name in weights if name.endswith("_a")]:
        for twin in [other for other in weights if other[:-1] == name[:-1]]:
            weights[twin] = weights[name]
