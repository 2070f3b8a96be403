import os

import h5py
import numpy as np
import pytest
from full_disk import full_disk

from twostream.data import hdf5
from twostream.errors import BadInput

UNREADABLE = r"^The shard .*train_0001\.h5 is missing, truncated or not"


@pytest.fixture
def stack(rng):
    return rng.random((3, 6, 1, 5, 4), dtype=np.float32)


@pytest.fixture
def shards(tmp_path, stack):
    """A list of two shards."""
    paths = [tmp_path / "train_0000.h5", tmp_path / "train_0001.h5"]
    for path in paths:
        hdf5.write_shard(path, stack)
    hdf5.write_list(tmp_path / "train.txt", paths)
    return tmp_path / "train.txt", paths


def test_shards_hold_three_float32_datasets_bit_for_bit(shards, stack):
    listed, paths = shards
    for path in paths:
        with h5py.File(path, "r") as file:
            assert sorted(file) == ["clean", "data_a", "data_b"]
            for name, blob in zip(("data_a", "data_b", "clean"), stack):
                assert file[name].dtype == np.float32
                np.testing.assert_array_equal(file[name][:], blob)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert listed.read_text() == "".join(f"{path}\n" for path in paths)
    assert hdf5.read_list(listed) == [str(path) for path in paths]
    assert hdf5.check_list(listed) == 12


def test_full_disk_is_bad_input_and_leaves_nothing(tmp_path, stack):
    stack = np.repeat(stack, 9, axis=1)
    with pytest.raises(BadInput, match=r"^Cannot write .*shard\.h5: [^\n]+\.$"), full_disk(2048):
        hdf5.write_shard(tmp_path / "shard.h5", stack)
    assert os.listdir(tmp_path) == []


def test_bad_lists(shards):
    listed, paths = shards
    with pytest.raises(BadInput, match=r"^Cannot read the shard list .*absent\.txt: No such file"):
        hdf5.check_list(listed.with_name("absent.txt"))
    with pytest.raises(BadInput, match=r"^[^\n]*train_0000\.h5[^\n]*\.$"):
        hdf5.check_list(paths[0])
    listed.write_text(" \n")
    with pytest.raises(BadInput, match=r"^The shard list .*train\.txt is empty\.$"):
        hdf5.check_list(listed)


@pytest.mark.parametrize("kept", [None, "text", 0, 1, 8, 100, 0.3, 0.6, 0.9, -100, -1])
def test_a_missing_or_truncated_shard_is_bad_input(shards, kept):
    path = shards[1][1]
    content = path.read_bytes()
    path.unlink()
    if kept is not None:
        kept = int(kept * len(content)) if isinstance(kept, float) else kept
        path.write_bytes(b"no HDF5 " * 1000 if kept == "text" else content[:kept])
    with pytest.raises(BadInput, match=UNREADABLE):
        hdf5.check_list(shards[0])


@pytest.mark.parametrize(
    ("blobs", "sentence"),
    [
        ({"data_b": None}, r"^The shard .*train_0001\.h5 has no dataset data_b\.$"),
        ({"data_b": (5, 1, 5, 4)}, r"^The datasets of .*train_0001\.h5 differ in "),
        ({"data_a": (6, 5, 4)}, r"data_a of .*train_0001\.h5 has the shape"),
        ({"data_a": (0, 1, 5, 4)}, r"data_a of .*train_0001\.h5 has the shape"),
        ({"data_a": (6,)}, r"data_a of .*train_0001\.h5 has the shape"),
    ],
)
def test_shards_of_other_blobs_are_bad_input(shards, blobs, sentence):
    shapes = {**dict.fromkeys(hdf5.BLOBS, (6, 1, 5, 4)), **blobs}
    with h5py.File(shards[1][1], "w") as file:
        for name, shape in shapes.items():
            if shape:
                file[name] = np.zeros(shape, np.float32)
    with pytest.raises(BadInput, match=sentence):
        hdf5.check_list(shards[0])


def test_further_streams_can_be_asked_for(shards):
    with pytest.raises(BadInput, match=r"^The shard .*train_0000\.h5 has no dataset data_c\.$"):
        hdf5.check_list(shards[0], ("data_a", "data_b", "data_c", "clean"))
    assert hdf5.check_list(shards[0], ("data_b", "clean")) == 12


def test_damage_within_a_compressed_shard_is_bad_input(shards, stack):
    """The length and the header of the file are right."""
    path = shards[1][1]
    with h5py.File(path, "w") as file:
        for name, rows in zip(hdf5.BLOBS, stack):
            file.create_dataset(name, data=rows, chunks=(1, 1, 5, 4), compression="gzip")
    assert hdf5.check_list(shards[0]) == 12
    with h5py.File(path, "r") as file:
        _, last = file["data_b"].id.read_direct_chunk((5, 0, 0, 0))
    content = path.read_bytes()
    assert content.count(last) == 1
    path.write_bytes(content.replace(last, bytes(len(last))))
    with pytest.raises(BadInput, match=UNREADABLE):
        hdf5.check_list(shards[0])


def test_blob_too_large_for_caffe_is_bad_input(shards, monkeypatch):
    monkeypatch.setattr(hdf5, "MAX_BLOB", 6 * 5 * 4)
    assert hdf5.check_list(shards[0]) == 12
    monkeypatch.setattr(hdf5, "MAX_BLOB", 6 * 5 * 4 - 1)
    with pytest.raises(BadInput, match=r"train_0000\.h5"):
        hdf5.check_list(shards[0])
