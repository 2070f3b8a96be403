from itertools import chain, islice

import numpy as np
import pytest

from twostream.caffe_files.schema import NetParameter
from twostream.data import hdf5
from twostream.training.batches import Batches

SIZES = (5, 3, 4)
TOTAL = sum(SIZES)


@pytest.fixture
def layer(tmp_path):
    """An HDF5Data layer of three shards whose patches are numbered."""
    first, shards = 0, []
    for n, size in enumerate(SIZES):
        numbers = np.arange(first, first + size).reshape(-1, 1, 1, 1)
        shards.append(tmp_path / f"{n}.h5")
        hdf5.write_shard(shards[-1], [numbers, -numbers], ("a", "b"))
        first += size
    hdf5.write_list(tmp_path / "list.txt", shards)

    def make(batch_size, shuffle=False):
        found = NetParameter().layer.add(name="data", type="HDF5Data", top=["a", "b"])
        found.hdf5_data_param.source = str(tmp_path / "list.txt")
        found.hdf5_data_param.batch_size = batch_size
        found.hdf5_data_param.shuffle = shuffle
        return found

    return make


def numbers(batches, count):
    return [batch["a"].ravel().astype(int).tolist() for batch in islice(batches, count)]


def test_batches_continue_over_shards_and_epochs(layer, rng):
    found = numbers(Batches(layer(4), rng), 6)
    assert [*chain.from_iterable(found)] == [*range(TOTAL), *range(TOTAL)]
    for batch in islice(Batches(layer(5, shuffle=True), rng), 5):  # blobs stay together
        assert (batch["a"].shape, batch["a"].dtype) == ((5, 1, 1, 1), np.float32)
        np.testing.assert_array_equal(batch["a"], -batch["b"])


def test_a_shuffled_epoch_has_every_patch_once_in_another_order(layer, rng):
    batches = Batches(layer(TOTAL, shuffle=True), rng)
    first, second = numbers(batches, 2)
    assert sorted(first) == sorted(second) == list(range(TOTAL))
    assert first != second
    assert first != list(range(TOTAL))
    # As in Caffe, the rows of a shard stay beside one another.
    shard_of = np.repeat(np.arange(len(SIZES)), SIZES)
    assert np.count_nonzero(np.diff(shard_of[first])) == len(SIZES) - 1


def test_each_training_reads_its_shards_anew(layer, rng, tmp_path):
    one = layer(SIZES[0])
    hdf5.write_list(tmp_path / "list.txt", [tmp_path / "0.h5"])
    assert numbers(Batches(one, rng), 2) == [[0, 1, 2, 3, 4]] * 2
    hdf5.write_shard(tmp_path / "0.h5", [np.full((5, 1, 1, 1), 7)] * 2, ("a", "b"))
    assert numbers(Batches(one, rng), 2) == [[7] * 5] * 2


def test_processes_share_the_batch_of_one(layer):
    def batches(size, rank=0, world=1):
        rng = np.random.default_rng(7)
        return numbers(Batches(layer(size, shuffle=True), rng, rank, world), 5)

    for whole, even, odd in zip(batches(4), batches(2, 0, 2), batches(2, 1, 2)):
        assert (whole[::2], whole[1::2]) == (even, odd)
