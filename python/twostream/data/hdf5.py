"""HDF5 shards as Caffe's HDF5Data layer reads them, and the lists that name them."""

import io
from pathlib import Path

import h5py
import numpy as np

from ..errors import BadInput
from ..io.atomic import atomic_write

BLOBS = ("data_a", "data_b", "clean")
MAX_BLOB = 2**31 - 1
"""Caffe holds a whole shard in memory, in blobs of at most INT_MAX numbers."""


def write_shard(path, stacks, blobs=BLOBS):
    """Write one shard.

    Parameters
    ----------
    path : str or Path
    stacks : sequence of numpy.ndarray
        For each blob N x C x H x W, float32.
    blobs : sequence of str
        Their names.
    """
    content = io.BytesIO()  # on a full disk HDF5's own writing may crash the process
    with h5py.File(content, "w") as file:
        for name, rows in zip(blobs, stacks):
            # Without time stamps the same patches give the same bytes.
            file.create_dataset(name, data=rows, dtype=np.float32, track_times=False)
    with atomic_write(path) as partial:
        partial.write_bytes(content.getbuffer())


def write_list(path, shards):
    """Write the list of shards that an HDF5Data layer has as its `source`."""
    with atomic_write(path) as partial:
        partial.write_text("".join(f"{shard}\n" for shard in shards))


def read_list(path):
    """Shards that a list names, one a line, relative to the current folder as Caffe does."""
    try:
        shards = Path(path).read_text().split()
    except OSError as error:
        raise BadInput(f"Cannot read the shard list {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"The shard list {path} is no text file.") from error
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
        Datasets that each shard must have, all of one number of patches.

    Returns
    -------
    int
        Patches in all shards together.

    Raises
    ------
    BadInput
        If a shard is missing, truncated or too large for Caffe, its datasets differ in their
        number of patches, or its patches differ in shape from those of another shard.
    """
    shards = read_list(path)
    shapes = [_check_shard(shard, blobs) for shard in shards]
    for shard, found in zip(shards, shapes):
        _check_same_patches(shard, found, shards[0], shapes[0])
    return sum(found[blobs[0]][0] for found in shapes)


def patch_shape(path, blob):
    """Channels, height and width of the patches of a list that `check_list` found good."""
    with h5py.File(read_list(path)[0], "r") as file:
        return file[blob].shape[1:]


def _check_shard(path, blobs):
    try:
        with h5py.File(path, "r") as file:
            shapes = {name: _check_blob(path, file, name) for name in blobs}
    except OSError as error:
        raise BadInput(f"The shard {path} is missing, truncated or no HDF5 file.") from error
    if len({shape[0] for shape in shapes.values()}) > 1:
        found = ", ".join(f"{name} {_words(shape)}" for name, shape in shapes.items())
        raise BadInput(f"The datasets of {path} differ in shape: {found}.")
    return shapes


def _check_same_patches(shard, shapes, first, expected):
    """Caffe takes the shape from the first shard and would read on across patches."""
    for name, shape in shapes.items():
        if shape[1:] != expected[name][1:]:
            raise BadInput(
                f"The patches of {shard} are {_words(shape[1:])}, "
                f"those of {first} {_words(expected[name][1:])}."
            )


def _check_blob(path, file, name):
    blob = file.get(name)
    if not isinstance(blob, h5py.Dataset):
        raise BadInput(f"The shard {path} has no dataset {name}.")
    if blob.ndim != 4 or blob.size > MAX_BLOB or blob.size == 0:
        raise BadInput(
            f"The dataset {name} of {path} has the shape {blob.shape}, not N x C x H x W."
        )
    if blob.dtype.kind not in "fiu":
        raise BadInput(f"The dataset {name} of {path} holds {blob.dtype}, not numbers.")
    blob[-1]  # reads its last chunk: a file cut short fails here
    return blob.shape


def _words(shape):
    return "x".join(map(str, shape))
