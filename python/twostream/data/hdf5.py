"""HDF5 shards and shard lists in the form that Caffe's HDF5Data layer reads."""

import io
import itertools
import math
import zlib
from pathlib import Path

import h5py
import numpy as np
from h5py import h5z

from ..errors import BadInput
from ..io.atomic import atomic_write
from ..io.limits import expands
from ..io.regular import check_regular, read_small

BLOBS = ("data_a", "data_b", "clean")
MAX_BLOB = 2**31 - 1
"""Largest number of values in a blob, as Caffe holds a whole shard in memory (INT_MAX)."""
MOST_BYTES = 2**20
"""Largest shard list."""
CHUNKS_AT_ONCE = 2**13
"""Number of HDF5 chunks that are read at once; HDF5 takes 7 KB for each."""
_FILTERS = {h5z.FILTER_DEFLATE, h5z.FILTER_SHUFFLE, h5z.FILTER_FLETCHER32}
AT_ONCE, MOST_AT_ONCE = 2**23, 2**25
"""Number of values that are checked at once; also the maximum in a patch or an HDF5 chunk."""


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
        shards = read_small(path, MOST_BYTES).decode().split()
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
    too large for Caffe, lacks one of the `blobs`, or takes one from another file. So do datasets
    with different numbers of patches, NaN or infinity, and shards with patches of different shapes.
    """
    shards = read_list(path)
    shapes = {shard: _check_shard(shard, blobs) for shard in dict.fromkeys(shards)}
    for shard, found in shapes.items():
        for name, (_, *shape) in found.items():
            expected = list(shapes[shards[0]][name][1:])
            # Caffe takes the shape from the first shard and would misread the others.
            if shape != expected:
                raise BadInput(
                    f"The patches of {shard} are {_words(shape)}, "
                    f"those of {shards[0]} {_words(expected)}."
                )
    return sum(shapes[shard][blobs[0]][0] for shard in shards)


def patch_shape(path, blob):
    """Return channels, height and width of the patches of a list that passed `check_list`."""
    with h5py.File(read_list(path)[0], "r") as file:
        return file[blob].shape[1:]


def _check_shard(path, blobs):
    try:
        check_regular(path)
        with h5py.File(path, "r") as file:
            shapes = {name: _check_blob(path, file, name) for name in blobs}
    except BadInput:
        raise
    except Exception as error:  # h5py raises anything on damaged files
        raise BadInput(f"The shard {path} is missing, truncated or not an HDF5 file.") from error
    if len({shape[0] for shape in shapes.values()}) > 1:
        found = ", ".join(f"{name} {_words(shape)}" for name, shape in shapes.items())
        raise BadInput(f"The datasets of {path} differ in shape: {found}.")
    return shapes


def _check_blob(path, file, name):
    if not isinstance(file.get(name, getlink=True), (h5py.HardLink, type(None))):
        raise BadInput(f"The dataset {name} of {path} is a link. Copy the dataset itself there.")
    blob = file.get(name)
    if not isinstance(blob, h5py.Dataset):
        raise BadInput(f"The shard {path} has no dataset {name}.")
    if blob.is_virtual or blob.external or blob.file.filename != file.filename:
        raise BadInput(f"The dataset {name} of {path} is stored in another file. Copy it there.")
    if blob.ndim != 4 or blob.size > MAX_BLOB or blob.size == 0:
        raise BadInput(
            f"The dataset {name} of {path} has the shape {blob.shape}, not N x C x H x W."
        )
    if blob.dtype.kind not in "fiu":
        raise BadInput(f"The dataset {name} of {path} holds {blob.dtype}, not numbers.")
    _check_storage(path, blob, name)
    _check_chunks(path, blob, name)
    for rows in _pieces(blob):
        if not np.isfinite(rows).all():
            raise BadInput(f"The dataset {name} of {path} has patches with NaN or infinity.")
    return blob.shape


def _check_storage(path, blob, name):
    """Refuse a dataset that declares far more than its file holds, or huge pieces."""
    piece = max(math.prod(blob.shape[1:]), math.prod(blob.chunks or ()))
    declared = max(blob.size, piece) * blob.dtype.itemsize
    if blob.id.get_storage_size() == 0 or expands(Path(path), declared) or piece > MOST_AT_ONCE:
        raise BadInput(
            f"The dataset {name} of {path} declares {declared} bytes, more than its file is likely "
            "to hold, or than can be read."
        )


def _check_chunks(path, blob, name):
    """Refuse tiny chunks, other filters than gzip, and chunks that inflate beyond their size."""
    if math.prod(blob.shape[1:]) > CHUNKS_AT_ONCE * math.prod(blob.chunks or blob.shape):
        raise BadInput(f"A patch of the dataset {name} of {path} is in too many chunks.")
    chain = blob.id.get_create_plist()
    filters = [chain.get_filter(place)[0] for place in range(chain.get_nfilters())]
    if not _FILTERS.issuperset(filters) or len(set(filters)) < len(filters):
        raise BadInput(f"The dataset {name} of {path} is compressed with another filter than gzip.")
    if h5z.FILTER_DEFLATE not in filters:
        return
    skipped = 1 << filters.index(h5z.FILTER_DEFLATE)
    most = math.prod(blob.chunks) * blob.dtype.itemsize + 4  # with a checksum
    for start in itertools.product(*map(range, [0] * 4, blob.shape, blob.chunks)):
        mask, packed = blob.id.read_direct_chunk(start)
        if not mask & skipped and len(zlib.decompressobj().decompress(packed, most + 1)) > most:
            raise BadInput(f"The dataset {name} of {path} has a chunk larger than it declares.")


def _pieces(blob):
    """Yield the rows of a dataset, some at once; this fails where the file is truncated."""
    most = min(AT_ONCE, CHUNKS_AT_ONCE * math.prod(blob.chunks or blob.shape))
    count = max(1, most // math.prod(blob.shape[1:]))
    return (blob[start : start + count] for start in range(0, len(blob), count))


def _words(shape):
    return "x".join(map(str, shape))
