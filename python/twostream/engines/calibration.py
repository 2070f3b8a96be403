"""The largest values of a net's blobs, by which it is computed in 8 bits, and their file."""

import json

import numpy as np

from ..caffe_files.prototxt import read_net
from ..caffe_files.schema import TEST
from ..errors import BadInput
from ..io.digest import sha256_of

SHARE = 0.9
"""Share of the patches that stay below a range. To clip the rest costs less than coarser steps."""


def ranges_file(caffemodel):
    """Path of the file, beside a caffemodel, a Path."""
    return caffemodel.with_suffix(".ranges.json")


def activated(net):
    """Names of the blobs that the ReLUs of a net make, those without a slope."""
    relus = [layer for layer in net.layer if layer.type == "ReLU"]
    return [layer.top[0] for layer in relus if not layer.relu_param.negative_slope]


def ranges_text(caffemodel, largest):
    """Text of the file: of which weights it is, and the largest value of each blob."""
    rounded = {blob: round(value, 4) for blob, value in largest.items()}
    return json.dumps({"caffemodel": sha256_of(caffemodel), "largest": rounded}, indent=1) + "\n"


def read_ranges(caffemodel, net):
    """Read the largest values of a net's blobs.

    Parameters
    ----------
    caffemodel : Path
    net : NetParameter

    Returns
    -------
    dict of str to float or None
        By the names of the blobs that ReLUs make; None without such a file.

    Raises
    ------
    BadInput
        If the file is no such table, or that of other weights or another net.
    """
    path = ranges_file(caffemodel)
    if not path.exists():
        return None
    try:
        table = json.loads(path.read_text())
        of, largest = table["caffemodel"], {k: float(v) for k, v in table["largest"].items()}
    except (OSError, ValueError, AttributeError, TypeError, KeyError):
        raise BadInput(f"{path} is no table of the largest values of blobs.") from None
    if of != sha256_of(caffemodel):
        raise BadInput(
            f"{path} is of other weights. Write it again with `twostream validate --calibrate`."
        )
    if largest.keys() != set(activated(net)) or not all(value > 0 for value in largest.values()):
        raise BadInput(f"{path} does not have a largest value for each ReLU of the net.")
    return largest


def largest_values(prototxt, caffemodel, batches, engine="auto"):
    """Measure the largest value of each blob that a ReLU makes, in all but a few patches.

    Parameters
    ----------
    prototxt, caffemodel : str or Path
        Deploy net with the inputs ``data_a`` and ``data_b``, and its weights.
    batches : iterable of dict of str to numpy.ndarray
        Patches by the names of the net's inputs, N x C x H x W.
    engine : str
        See `engines.load`.

    Returns
    -------
    dict of str to float
        By the names of the blobs.

    Raises
    ------
    BadInput
        If a file cannot be used.
    """
    from . import load  # which reads such files

    blobs = activated(read_net(prototxt, TEST))
    nets = {blob: load(prototxt, caffemodel, engine, until=blob) for blob in blobs}
    largest = [_largest(nets, batch) for batch in batches]
    return {
        blob: float(np.quantile(np.concatenate([each[blob] for each in largest]), SHARE))
        for blob in blobs
    }


def _largest(nets, batch):
    """Largest value in each patch of a batch, for each blob."""
    return {
        blob: net.forward(**{name: batch[name] for name in net.inputs})[blob].max(axis=(1, 2, 3))
        for blob, net in nets.items()
    }
