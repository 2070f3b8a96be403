"""The SRCNN of Dong et al. 2014 that Zhong et al. 2016 lift the sources with, as prototxt.

C. Dong, C. C. Loy, K. He, X. Tang, "Learning a Deep Convolutional Network for Image
Super-Resolution", ECCV 2014: 64 filters of 9x9, 32 of 1x1, one of 5x5, none padded.
"""

from ..caffe_files.schema import NetParameter
from .hdf5_layer import add_hdf5_data

LAYERS = (("conv1", 64, 9), ("conv2", 32, 1), ("conv3", 1, 5))
"""Name, filters and kernel of each layer."""
MARGIN = sum(kernel // 2 for _, _, kernel in LAYERS)
"""Pixels that the output is smaller than the input on each side."""
PATCH = 33
"""Side of the training patches."""


def deploy(patch=PATCH):
    """Net for inference: input ``data``, output ``lifted``, smaller by `MARGIN` on each side.

    Parameters
    ----------
    patch : int
        Side of the declared input; any other size can be set at run time.

    Returns
    -------
    NetParameter
    """
    net = NetParameter(name="srcnn")
    layer = net.layer.add(name="data", type="Input", top=["data"])
    layer.input_param.shape.add(dim=[1, 1, patch, patch])
    _lift(net)
    return net


def train_val(data="data/srcnn", batch=128):
    """Net for training and validation against the ``clean`` middle of each patch.

    Parameters
    ----------
    data : str
        Folder of ``train.txt`` and ``val.txt``, the lists of HDF5 shards.
    batch : int
        Patches a batch.

    Returns
    -------
    NetParameter
    """
    net = NetParameter(name="srcnn")
    add_hdf5_data(net, ["data", "clean"], data, batch)
    _lift(net)
    net.layer.add(name="loss", type="EuclideanLoss", bottom=["lifted", "clean"], top=["loss"])
    return net


def _lift(net):
    blob = "data"
    for name, filters, kernel in LAYERS:
        top = name if filters > 1 else "lifted"
        layer = net.layer.add(name=name, type="Convolution", bottom=[blob], top=[top])
        layer.convolution_param.num_output = filters
        layer.convolution_param.kernel_size.append(kernel)
        layer.convolution_param.weight_filler.type = "msra"
        if filters > 1:
            net.layer.add(name=f"relu_{name}", type="ReLU", bottom=[top], top=[top])
        blob = top
