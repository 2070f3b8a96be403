"""The layers that read a dataset in training."""

from ..caffe_files.schema import TEST, TRAIN

VAL_BATCH = 64
"""A divisor of the 1600 patches that a dataset keeps for validation."""


def add_hdf5_data(net, tops, data, batch, val_batch=VAL_BATCH):
    """Append an HDF5Data layer for each phase; Caffe shuffles the patches for training.

    Parameters
    ----------
    net : NetParameter
    tops : list of str
        Names of the blobs, which are the names of the datasets in the HDF5 shards.
    data : str
        Folder of ``train.txt`` and ``val.txt``, the lists of the shards.
    batch, val_batch : int
        Patches in a batch, in training and in validation.
    """
    for phase, split, size in ((TRAIN, "train", batch), (TEST, "val", val_batch)):
        layer = net.layer.add(name="data", type="HDF5Data", top=tops)
        layer.include.add(phase=phase)
        layer.hdf5_data_param.source = f"{data}/{split}.txt"
        layer.hdf5_data_param.batch_size = size
        if phase == TRAIN:
            layer.hdf5_data_param.shuffle = True
