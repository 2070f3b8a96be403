"""Largest values of a net's blobs, by which it is computed in 8 bits."""

from ..caffe_files.prototxt import read_net
from ..caffe_files.schema import TEST
from ..engines import load
from ..engines.ranges import activated
from .validation import batches_of


def largest_values(prototxt, caffemodel, shard_list, engine="auto"):
    """Measure the largest value of each blob that a ReLU makes.

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
    return {blob: _largest(prototxt, caffemodel, shard_list, engine, blob) for blob in blobs}


def _largest(prototxt, caffemodel, shard_list, engine, blob):
    net = load(prototxt, caffemodel, engine, until=blob)
    return max(
        float(net.forward(**{name: batch[name] for name in net.inputs})[blob].max())
        for batch in batches_of(shard_list)
    )
