"""Batches from HDF5 shards, in the order of Caffe's HDF5Data layer."""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import h5py
import numpy as np

from ..data import hdf5


class Batches:
    """Endless batches from a shard list; the next shard is read while the current one is used.

    `layer` is an HDF5Data layer. `rng` shuffles the shards and the rows of each shard, as Caffe
    does. Each of `world` processes takes every `world`-th row, as each of Caffe's GPUs does; `rank`
    is the number of this process.
    """

    def __init__(self, layer, rng, rank=0, world=1):
        param = layer.hdf5_data_param
        self.blobs, self._size = list(layer.top), param.batch_size
        self._rng, self._shuffle = rng, param.shuffle
        self._rank, self._world = rank, world
        self._shards = self._endless(hdf5.read_list(param.source))
        self._reader = ThreadPoolExecutor(1)
        self._read = lru_cache(maxsize=2)(_read)  # a list may have only one shard
        self._following = self._read_next()
        self._rows = self._endless_rows()

    def __iter__(self):
        return self

    def __next__(self):
        """Return the next batch: an array of N x C x H x W, float32, for each blob."""
        rows = [next(self._rows) for _ in range(self._size * self._world)][
            self._rank :: self._world
        ]
        return {
            name: np.stack([shard[name][row] for shard, row in rows]).astype(np.float32, copy=False)
            for name in self.blobs
        }

    def _endless_rows(self):
        while True:
            shard = self._following.result()
            self._following = self._read_next()
            for row in self._order(len(shard[self.blobs[0]])):
                yield shard, row

    def _read_next(self):
        return self._reader.submit(self._read, next(self._shards), tuple(self.blobs))

    def _endless(self, shards):
        while True:
            yield from (shards[place] for place in self._order(len(shards)))

    def _order(self, count):
        return self._rng.permutation(count) if self._shuffle else np.arange(count)


def _read(path, blobs):
    with h5py.File(path, "r") as file:
        return {name: file[name][:] for name in blobs}
