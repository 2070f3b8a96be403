"""Weights to start training from: a net that is the plain average of its inputs.

The paper does not say how it initialises. From random weights at Adam's recommended rate the last
ReLU may die; from the average the first steps already start at the average's PSNR. One filter
of each layer and channel carries the picture through, all others are random (msra).
"""

import numpy as np

from .caffe_files.blobs import weight_shapes
from .errors import BadInput
from .nets import deploy


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
