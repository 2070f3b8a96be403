"""The layers that read a dataset in training."""

from ..caffe_files.schema import TEST, TRAIN

VAL_BATCH = 64
"""Batch size for validation: a divisor of the 1600 validation patches of a dataset."""


def add_hdf5_data(net, tops, data, batch, val_batch=VAL_BATCH):
    """Append an HDF5Data layer for each phase; Caffe shuffles the patches for training.

    `tops` are the names of the blobs and of the datasets in the HDF5 shards, `data` is the folder
    of the lists of the shards, ``train.txt`` and ``val.txt``.
    """
    for phase, split, size in ((TRAIN, "train", batch), (TEST, "val", val_batch)):
        layer = net.layer.add(name="data", type="HDF5Data", top=tops)
        layer.include.add(phase=phase)
        layer.hdf5_data_param.source = f"{data}/{split}.txt"
        layer.hdf5_data_param.batch_size = size
        if phase == TRAIN:
            layer.hdf5_data_param.shuffle = True
