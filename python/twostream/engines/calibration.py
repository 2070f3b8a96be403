"""Calibration of a net's quantization: the range of each activation, measured on patches."""

import json

import numpy as np

from ..caffe_files.prototxt import read_net
from ..caffe_files.schema import TEST
from ..errors import BadInput
from ..io.digest import sha256_of

SHARE = 0.9
"""Share of the patches whose maximum is within a range. Clipping the others costs less accuracy
than coarser steps."""


def calibration_file(caffemodel):
    """Return the path of the calibration of a caffemodel, a Path, in the same folder."""
    return caffemodel.with_suffix(".calibration.json")


def activations(net):
    """Return the names of the blobs after the ReLUs of a net, those without a slope."""
    relus = [layer for layer in net.layer if layer.type == "ReLU"]
    return [layer.top[0] for layer in relus if not layer.relu_param.negative_slope]


def calibration_text(caffemodel, ranges):
    """Return the text of the file: the digest of the weights, and the range of each blob."""
    short = {blob: round(value, 4) for blob, value in ranges.items()}
    return json.dumps({"caffemodel": sha256_of(caffemodel), "ranges": short}, indent=1) + "\n"


def read_calibration(caffemodel, net):
    """Read the ranges of a net's activations, by their names; None if there is no such file.

    Raise BadInput if the file is not a calibration, or belongs to other weights or another net.
    """
    path = calibration_file(caffemodel)
    if not path.exists():
        return None
    try:
        table = json.loads(path.read_text())
        digest, ranges = table["caffemodel"], {k: float(v) for k, v in table["ranges"].items()}
    except (OSError, ValueError, AttributeError, TypeError, KeyError):
        raise BadInput(f"{path} is not a calibration. {_ADVICE}") from None
    if digest != sha256_of(caffemodel):
        raise BadInput(f"{path} is a calibration of other weights. {_ADVICE}")
    if ranges.keys() != set(activations(net)) or not all(value > 0 for value in ranges.values()):
        raise BadInput(f"{path} does not have a range for each ReLU of the net. {_ADVICE}")
    return ranges


_ADVICE = "Delete it, or write it again with `twostream validate --calibrate`."


def calibrate(prototxt, caffemodel, batches, engine="auto"):
    """Measure the range of each activation of a net, from 0 up to a quantile of the maxima.

    Each batch maps the inputs ``data_a`` and ``data_b`` of the deploy net to patches,
    N x C x H x W. Raise BadInput if a file cannot be used.
    """
    from . import load  # which reads such files

    blobs = activations(read_net(prototxt, TEST))
    nets = {blob: load(prototxt, caffemodel, engine, until=blob) for blob in blobs}
    maxima = [_maxima(nets, batch) for batch in batches]
    return {
        blob: float(np.quantile(np.concatenate([each[blob] for each in maxima]), SHARE))
        for blob in blobs
    }


def _maxima(nets, batch):
    """Return the maximum in each patch of a batch, for each blob."""
    return {
        blob: net.forward(**{name: batch[name] for name in net.inputs})[blob].max(axis=(1, 2, 3))
        for blob, net in nets.items()
    }
