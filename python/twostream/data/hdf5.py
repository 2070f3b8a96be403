"""HDF5 shards as Caffe's HDF5Data layer reads them, and the lists that name them."""

from pathlib import Path

import h5py
import numpy as np

from ..errors import BadInput
from ..files import written_beside

BLOBS = ("data_a", "data_b", "clean")
MAX_BLOB = 2**31 - 1
"""Caffe holds a whole shard in memory, in blobs of at most INT_MAX numbers."""


def write_shard(path, stack):
    """Write one shard.

    Parameters
    ----------
    path : str or Path
    stack : numpy.ndarray
        3 x N x C x H x W, float32: data_a, data_b, clean.
    """
    with written_beside(path) as partial, h5py.File(partial, "w") as file:
        for name, rows in zip(BLOBS, stack):
            # Without time stamps the same patches give the same bytes.
            file.create_dataset(name, data=rows, dtype=np.float32, track_times=False)


def write_list(path, shards):
    """Write the list of shards that an HDF5Data layer has as its `source`."""
    with written_beside(path) as partial:
        partial.write_text("".join(f"{shard}\n" for shard in shards))


def read_list(path):
    """Shards that a list names, one a line, relative to the current folder as Caffe does."""
    try:
        shards = Path(path).read_text().split()
    except OSError as error:
        raise BadInput(f"Cannot read the shard list {path}: {error.strerror}.") from error
    if not shards:
        raise BadInput(f"The shard list {path} is empty.")
    return shards


def check_list(path, blobs=BLOBS):
    """Check every shard of a list before Caffe aborts on it in the middle of a training.

    Parameters
    ----------
    path : str or Path
        A shard list.
    blobs : sequence of str
        Datasets that each shard must have.

    Returns
    -------
    int
        Patches in all shards together.

    Raises
    ------
    BadInput
        If a shard is missing, truncated, of unequal lengths or too large for Caffe.
    """
    return sum(_check_shard(shard, blobs) for shard in read_list(path))


def _check_shard(path, blobs):
    try:
        with h5py.File(path, "r") as file:
            lengths = {_check_blob(path, file, name) for name in blobs}
    except OSError as error:
        raise BadInput(f"The shard {path} is missing, truncated or no HDF5 file.") from error
    if len(lengths) > 1:
        raise BadInput(f"The datasets of {path} differ in length.")
    return lengths.pop()


def _check_blob(path, file, name):
    if name not in file:
        raise BadInput(f"The shard {path} has no dataset {name}.")
    blob = file[name]
    if blob.ndim != 4 or blob.size > MAX_BLOB or blob.size == 0:
        raise BadInput(
            f"The dataset {name} of {path} has the shape {blob.shape}, not N x C x H x W."
        )
    blob[-1]  # reads its last chunk: a file cut short fails here
    return len(blob)
