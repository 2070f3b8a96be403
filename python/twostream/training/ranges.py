"""Largest values of a net's blobs, by which it is computed in 8 bits."""

import numpy as np

from ..caffe_files.prototxt import read_net
from ..caffe_files.schema import TEST
from ..engines import load
from ..engines.ranges import activated
from .validation import batches_of

SHARE = 0.9
"""Share of the patches that stay below a range. To clip the rest costs less than coarser steps."""


def largest_values(prototxt, caffemodel, shard_list, engine="auto"):
    """Measure the largest value of each blob that a ReLU makes, in all but a few patches.

    Parameters
    ----------
    prototxt, caffemodel : str or Path
        Deploy net with the inputs ``data_a`` and ``data_b``, and its weights.
    shard_list : str or Path
        Of patches, such as ``data/physical/val.txt``.
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
    blobs = activated(read_net(prototxt, TEST))
    nets = {blob: load(prototxt, caffemodel, engine, until=blob) for blob in blobs}
    batches = [_largest(nets, batch) for batch in batches_of(shard_list)]
    return {
        blob: float(np.quantile(np.concatenate([batch[blob] for batch in batches]), SHARE))
        for blob in blobs
    }


def _largest(nets, batch):
    """Largest value in each patch of a batch, for each blob."""
    return {
        blob: net.forward(**{name: batch[name] for name in net.inputs})[blob].max(axis=(1, 2, 3))
        for blob, net in nets.items()
    }
