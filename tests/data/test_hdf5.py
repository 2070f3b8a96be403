import os

import h5py
import numpy as np
import pytest
from full_disk import full_disk

from twostream.data import hdf5
from twostream.errors import BadInput


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


def rewrite(path, **datasets):
    with h5py.File(path, "w") as file:
        for name, data in datasets.items():
            file[name] = data


def test_shard_holds_three_float32_datasets_bit_for_bit(shards, stack):
    with h5py.File(shards[1][0], "r") as file:
        assert sorted(file) == ["clean", "data_a", "data_b"]
        for name, rows in zip(("data_a", "data_b", "clean"), stack):
            assert file[name].dtype == np.float32
            np.testing.assert_array_equal(file[name][:], rows)


def test_same_patches_give_the_same_bytes(shards):
    first, second = (path.read_bytes() for path in shards[1])
    assert first == second


def test_list_names_one_shard_a_line(shards):
    assert shards[0].read_text() == "".join(f"{path}\n" for path in shards[1])
    assert hdf5.read_list(shards[0]) == [str(path) for path in shards[1]]


def test_good_list_gives_the_number_of_patches(shards):
    assert hdf5.check_list(shards[0]) == 12


def test_full_disk_is_bad_input_and_leaves_nothing(tmp_path, stack):
    stack = np.repeat(stack, 9, axis=1)
    with pytest.raises(BadInput, match=r"^Cannot write .*shard\.h5: [^\n]+\.$"), full_disk(2048):
        hdf5.write_shard(tmp_path / "shard.h5", stack)
    assert os.listdir(tmp_path) == []


def test_missing_list_is_bad_input(tmp_path):
    with pytest.raises(BadInput, match=r"^Cannot read the shard list .*absent\.txt: No such file"):
        hdf5.check_list(tmp_path / "absent.txt")


def test_empty_list_is_bad_input(tmp_path):
    (tmp_path / "train.txt").write_text(" \n")
    with pytest.raises(BadInput, match=r"^The shard list .*train\.txt is empty\.$"):
        hdf5.check_list(tmp_path / "train.txt")


def test_shard_given_as_list_is_bad_input(shards):
    with pytest.raises(BadInput, match=r"^[^\n]*train_0000\.h5[^\n]*\.$"):
        hdf5.check_list(shards[1][0])


def test_missing_shard_is_bad_input(shards):
    shards[1][1].unlink()
    with pytest.raises(BadInput, match=r"^The shard .*train_0001\.h5 is missing, truncated or not"):
        hdf5.check_list(shards[0])


@pytest.mark.parametrize("kept", [0, 1, 8, 100, 0.3, 0.6, 0.9, -100, -1])
def test_truncated_shard_is_bad_input(shards, kept):
    content = shards[1][1].read_bytes()
    kept = int(kept * len(content)) if isinstance(kept, float) else kept
    shards[1][1].write_bytes(content[:kept])
    with pytest.raises(BadInput, match=r"^The shard .*train_0001\.h5 is missing, truncated or not"):
        hdf5.check_list(shards[0])


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
    with pytest.raises(BadInput, match=r"^The shard .*train_0001\.h5 is missing, truncated or not"):
        hdf5.check_list(shards[0])


def test_text_instead_of_a_shard_is_bad_input(shards):
    shards[1][0].write_text("no HDF5 " * 1000)
    with pytest.raises(BadInput, match=r"^The shard .*train_0000\.h5 is missing, truncated or not"):
        hdf5.check_list(shards[0])


def test_missing_dataset_is_bad_input(shards, stack):
    rewrite(shards[1][1], data_a=stack[0], clean=stack[2])
    with pytest.raises(BadInput, match=r"^The shard .*train_0001\.h5 has no dataset data_b\.$"):
        hdf5.check_list(shards[0])


def test_further_streams_can_be_asked_for(shards, stack):
    with pytest.raises(BadInput, match=r"^The shard .*train_0000\.h5 has no dataset data_c\.$"):
        hdf5.check_list(shards[0], ("data_a", "data_b", "data_c", "clean"))
    assert hdf5.check_list(shards[0], ("data_b", "clean")) == 12


def test_datasets_of_unequal_length_are_bad_input(shards, stack):
    rewrite(shards[1][1], data_a=stack[0], data_b=stack[1][:-1], clean=stack[2])
    with pytest.raises(BadInput, match=r"^The datasets of .*train_0001\.h5 differ in "):
        hdf5.check_list(shards[0])


@pytest.mark.parametrize("shape", [(6, 5, 4), (0, 1, 5, 4), (6,)])
def test_other_shapes_are_bad_input(shards, shape):
    blob = np.zeros(shape, np.float32)
    rewrite(shards[1][0], data_a=blob, data_b=blob, clean=blob)
    with pytest.raises(BadInput, match=r"data_a of .*train_0000\.h5 has the shape"):
        hdf5.check_list(shards[0])


def test_blob_too_large_for_caffe_is_bad_input(shards, monkeypatch):
    monkeypatch.setattr(hdf5, "MAX_BLOB", 6 * 5 * 4)
    assert hdf5.check_list(shards[0]) == 12
    monkeypatch.setattr(hdf5, "MAX_BLOB", 6 * 5 * 4 - 1)
    with pytest.raises(BadInput, match=r"train_0000\.h5"):
        hdf5.check_list(shards[0])
