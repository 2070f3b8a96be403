"""HDF5 shards and shard lists in the form that Caffe's HDF5Data layer reads."""

import io
from pathlib import Path

import h5py
import numpy as np

from ..errors import BadInput
from ..io.atomic import atomic_write
from ..io.regular import check_regular

BLOBS = ("data_a", "data_b", "clean")
MAX_BLOB = 2**31 - 1
"""Largest number of values in a blob, as Caffe holds a whole shard in memory (INT_MAX)."""


def write_shard(path, stacks, blobs=BLOBS):
    """Write a shard of one N x C x H x W array of float32 for each of its blobs."""
    content = io.BytesIO()  # HDF5 itself may crash the process on a full disk
    with h5py.File(content, "w") as file:
        for name, rows in zip(blobs, stacks):
            # Without time stamps the same patches give the same bytes.
            file.create_dataset(name, data=rows, dtype=np.float32, track_times=False)
    with atomic_write(path) as partial:
        partial.write_bytes(content.getbuffer())


def write_list(path, shards):
    """Write a list of shards, the `source` of an HDF5Data layer."""
    with atomic_write(path) as partial:
        partial.write_text("".join(f"{shard}\n" for shard in shards))


def read_list(path):
    """Read the paths of the shards in a list; as in Caffe, relative to the current folder."""
    try:
        check_regular(path)
        shards = Path(path).read_text().split()
    except OSError as error:
        raise BadInput(f"Cannot read the shard list {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"The shard list {path} is not a text file.") from error
    if not shards:
        raise BadInput(f"The shard list {path} is empty.")
    return shards


def check_list(path, blobs=BLOBS):
    """Check every shard of a list, because Caffe would abort on a bad one during training.

    Return the number of patches of all shards. Raise BadInput if a shard is missing, truncated or
    too large for Caffe, lacks one of the `blobs`, its datasets differ in their number of patches,
    or its patches differ in shape from those of another shard.
    """
    shards = read_list(path)
    shapes = [_check_shard(shard, blobs) for shard in shards]
    for shard, found in zip(shards, shapes):
        for name, (_, *shape) in found.items():
            expected = list(shapes[0][name][1:])
            # Caffe takes the shape from the first shard and would misread the others.
            if shape != expected:
                raise BadInput(
                    f"The patches of {shard} are {_words(shape)}, "
                    f"those of {shards[0]} {_words(expected)}."
                )
    return sum(found[blobs[0]][0] for found in shapes)


def patch_shape(path, blob):
    """Channels, height and width of the patches of a list that passed `check_list`."""
    with h5py.File(read_list(path)[0], "r") as file:
        return file[blob].shape[1:]


def _check_shard(path, blobs):
    try:
        check_regular(path)
        with h5py.File(path, "r") as file:
            shapes = {name: _check_blob(path, file, name) for name in blobs}
    except OSError as error:
        raise BadInput(f"The shard {path} is missing, truncated or not an HDF5 file.") from error
    if len({shape[0] for shape in shapes.values()}) > 1:
        found = ", ".join(f"{name} {_words(shape)}" for name, shape in shapes.items())
        raise BadInput(f"The datasets of {path} differ in shape: {found}.")
    return shapes


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
    blob[-1]  # read the last chunk, which fails if the file is truncated
    return blob.shape


def _words(shape):
    return "x".join(map(str, shape))
