"""Caffe's fillers, which initialise weights."""

import math

import numpy as np

from ..errors import BadInput


def fill(filler, shape, rng):
    """Fill a blob of a shape, float32; raise BadInput if the type of the filler is unknown.

    As in Caffe, the fan-in is the size divided by the first dimension, the fan-out the size divided
    by the second (so they are exchanged in a Deconvolution).
    """
    if filler.type not in _FILLERS:
        raise BadInput(f"There is no filler {filler.type!r}; there are {', '.join(_FILLERS)}.")
    return np.asarray(_FILLERS[filler.type](filler, shape, rng), np.float32).reshape(shape)


def _scale(filler, shape):
    """Return the number that the variance is divided by."""
    fan_in = math.prod(shape) / shape[0]
    fan_out = math.prod(shape) / shape[1] if len(shape) > 1 else math.prod(shape)
    return {
        filler.FAN_IN: fan_in,
        filler.FAN_OUT: fan_out,
        filler.AVERAGE: (fan_in + fan_out) / 2,
    }[filler.variance_norm]


def _gaussian(filler, shape, rng):
    values = rng.normal(filler.mean, filler.std, shape)
    if filler.sparse >= 0:
        values *= rng.random(shape) < filler.sparse / shape[0]
    return values


def _xavier(filler, shape, rng):
    limit = math.sqrt(3 / _scale(filler, shape))
    return rng.uniform(-limit, limit, shape)


def _positive_unitball(filler, shape, rng):
    values = rng.random((shape[0], -1 if 0 in shape else math.prod(shape[1:])))
    return values / values.sum(axis=1, keepdims=True)


def _bilinear(filler, shape, _):
    """Return weights with which a Deconvolution upsamples by bilinear interpolation."""
    side = shape[-1]
    factor = math.ceil(side / 2)
    middle = (2 * factor - 1 - factor % 2) / (2 * factor)
    line = 1 - np.abs(np.arange(side) / factor - middle)
    return np.broadcast_to(np.outer(line, line), shape)


_FILLERS = {
    "constant": lambda filler, shape, _: np.full(shape, filler.value),
    "uniform": lambda filler, shape, rng: rng.uniform(filler.min, filler.max, shape),
    "gaussian": _gaussian,
    "xavier": _xavier,
    "msra": lambda filler, shape, rng: rng.normal(0, math.sqrt(2 / _scale(filler, shape)), shape),
    "positive_unitball": _positive_unitball,
    "bilinear": _bilinear,
}
