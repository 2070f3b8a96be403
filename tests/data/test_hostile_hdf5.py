"""HDF5 shards that name other files, declare what they do not hold, or hold no numbers."""

import os
import zlib

import h5py
import numpy as np
import pytest
from refusal import assert_one_sentence

from twostream.data import hdf5

ROWS = np.ones((4, 1, 9, 9), np.float32)


def external(file, folder):
    file["data_a"] = h5py.ExternalLink(str(folder / "far.h5"), "data_a")


def through_a_group(file, folder):
    file["far"] = h5py.ExternalLink(str(folder / "far.h5"), "/")
    file["data_a"] = h5py.SoftLink("/far/data_a")


def soft(file, folder):
    file["data_a"] = h5py.SoftLink("/data_b")


def loop(file, folder):
    file["data_a"], file["x"] = h5py.SoftLink("/x"), h5py.SoftLink("/data_a")


def virtual(file, folder):
    layout = h5py.VirtualLayout(ROWS.shape, np.float32)
    layout[:] = h5py.VirtualSource(str(folder / "far.h5"), "data_a", ROWS.shape)
    file.create_virtual_dataset("data_a", layout)


def raw(file, folder):
    place = [(os.fsencode("/etc/passwd"), 0, h5py.h5f.UNLIMITED)]
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_external(*place[0])
    space = h5py.h5s.create_simple((1, 1, 9, 9))
    h5py.h5d.create(file.id, b"data_a", h5py.h5t.NATIVE_FLOAT, space, properties)


def holding(value, place=-1):
    def make(file, folder):
        rows = ROWS.copy()
        rows.flat[place] = value
        file["data_a"] = rows

    return make


def declaring(*shape, **how):
    return lambda file, folder: file.create_dataset("data_a", shape, np.float32, **how)


def group(file, folder):
    file.create_group("data_a")


def text(file, folder):
    file.create_dataset("data_a", data=np.full(ROWS.shape, b"abc"))


def compound(file, folder):
    file.create_dataset("data_a", ROWS.shape, [("x", "f4")])


def zeros(file, folder):
    """Write 144 MB that take 0.15 MB."""
    packed = {"compression": "gzip", "chunks": (1, 1, 3000, 3000)}
    file.create_dataset("data_a", data=np.zeros((4, 1, 3000, 3000), "f4"), **packed)


def inflating(file, folder):
    """Write a chunk of 324 bytes that inflates to 64 MB before HDF5 looks at its size."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(64)) + packer.flush()
    rows = file.create_dataset("data_a", (1, 1, 9, 9), "f4", compression="gzip", chunks=True)
    rows.id.write_direct_chunk((0, 0, 0, 0), packed)


def lzf(file, folder):
    file.create_dataset("data_a", data=ROWS, compression="lzf")


def tiny(file, folder):
    """Write a patch of 10,000 chunks, of which HDF5 describes each in memory."""
    file.create_dataset("data_a", data=np.ones((1, 1, 100, 100), "f4"), chunks=(1, 1, 1, 1))


BAD = {
    "tiny": tiny,
    "inflating": inflating,
    "lzf": lzf,
    **{one.__name__: one for one in (external, through_a_group, soft, loop, virtual, raw)},
    **{one.__name__: one for one in (group, text, compound, zeros)},
    **{
        f"{value} at {place}": holding(value, place)
        for value in (np.nan, np.inf)
        for place in (0, 99)
    },
    "rows": declaring(1, 1, 2**15, 2**15 - 1),
    "many": declaring(2**22, 1, 9, 9),
    "chunks": declaring(4, 1, 9, 9, maxshape=(None,) * 4, chunks=(1, 1, 2**14, 2**14)),
    "no patches": declaring(4, 1, 9, 9),
    "empty": declaring(0, 1, 9, 9, maxshape=(None, 1, 9, 9)),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_shard_that_is_refused(tmp_path, kind):
    for name in ("far.h5", "bad.h5"):
        with h5py.File(tmp_path / name, "w") as file:
            for blob in hdf5.BLOBS[name == "bad.h5" :]:
                file[blob] = ROWS
            BAD[kind](file, tmp_path) if name == "bad.h5" else None
    hdf5.write_list(tmp_path / "list.txt", [tmp_path / "bad.h5"])
    words = ["a chunk larger than it declares"] if kind == "inflating" else []
    read = lambda path: hdf5.check_list(tmp_path / "list.txt")  # noqa: E731
    assert_one_sentence(read, tmp_path / "bad.h5", *words)


def test_lists_that_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with open(tmp_path / "long", "wb") as file:
        file.truncate(2**40)
    for path in ("pipe", "long", "/dev/zero"):
        assert_one_sentence(hdf5.check_list, tmp_path / path)
    hdf5.write_list(tmp_path / "list.txt", [tmp_path / "pipe"])
    assert_one_sentence(lambda path: hdf5.check_list(tmp_path / "list.txt"), tmp_path / "pipe")


def test_many_chunks_take_little_memory(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for blob in hdf5.BLOBS:
            file.create_dataset(blob, data=np.ones((300, 1, 9, 9), "f4"), chunks=(1, 1, 1, 1))
        pieces = [len(rows) for rows in hdf5._pieces(file[blob])]
    assert (max(pieces), sum(pieces)) == (hdf5.CHUNKS_AT_ONCE // 81, 300)
    hdf5.write_list(tmp_path / "list.txt", [tmp_path / "a.h5"])
    assert hdf5.check_list(tmp_path / "list.txt") == 300


@pytest.mark.parametrize("checked", [False, True])
def test_compressed_shards_are_read(tmp_path, rng, checked):
    """Also chunks that grow when they are compressed, which HDF5 stores as they are."""
    rows = rng.integers(0, 2**30, ROWS.shape).astype("i4").view("f4")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for blob, data, chunks in zip(hdf5.BLOBS, (ROWS, rows, ROWS), (True, (3, 1, 2, 5), None)):
            packed = {"compression": "gzip", "shuffle": checked, "fletcher32": checked}
            file.create_dataset(blob, data=data, chunks=chunks, **packed)
    hdf5.write_list(tmp_path / "list.txt", [tmp_path / "a.h5"] * 3)
    assert hdf5.check_list(tmp_path / "list.txt") == 12
