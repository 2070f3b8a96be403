"""Initial weights for a training.

The paper does not describe its initialisation. With random weights and Adam's recommended rate the
last ReLU may die. The weights made here either average the net's inputs, so that training begins
at the PSNR of the average, or compute the output of a smaller trained net. A few filters of each
layer are enough for that; all others are random (msra).
"""

import numpy as np

from ..caffe_files.blobs import weight_shapes
from ..errors import BadInput
from .two_stream import deploy


def average_start(design, seed=2018):
    """Make initial weights with which a design computes the average of its inputs.

    Raise BadInput if the design has a stride, or fewer filters than channels.
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
    """Make initial weights with which a design computes the output of a smaller trained net.

    The small net's filters are the centres of the design's and read nothing from the new ones.
    Similar to T. Chen, I. Goodfellow, J. Shlens, "Net2Net", ICLR 2016, which adds copies of
    filters; this adds random ones. The small net may differ from the design only in `filters` and
    `kernel`, which are at most the design's; else BadInput is raised.
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
    """Put small filters in the middle of larger ones, and set their other inputs to 0."""
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
    """Make filter c pass on channel c and nothing else."""
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
