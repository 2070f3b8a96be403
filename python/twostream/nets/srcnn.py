"""The SRCNN of Dong et al. 2014 as prototxt; Zhong et al. 2016 sharpen sources with it.

C. Dong, C. C. Loy, K. He, X. Tang, "Learning a Deep Convolutional Network for Image
Super-Resolution", ECCV 2014: 64 filters of 9x9, 32 of 1x1, one of 5x5, none padded.
"""

from ..caffe_files.schema import NetParameter
from .hdf5_layer import add_hdf5_data
from .layers import Filters, add_input, conv_relu, convolution

KERNELS = (9, 1, 5)
"""Sides of the filters of each layer."""
MARGIN = sum(kernel // 2 for kernel in KERNELS)
"""Pixels by which the output is smaller than the input on each side."""
PATCH = 33
"""Side of the training patches."""


def deploy(patch=PATCH):
    """Make the net for inference: ``data`` to ``lifted``, smaller by `MARGIN` on each side.

    `patch` is the side of the declared input; other sizes can be given at run time.
    """
    net = NetParameter(name="srcnn")
    add_input(net, "data", 1, patch)
    append_layers(net)
    return net


def train_val(data="data/srcnn", batch=128):
    """Make the net for training and validation against the ``clean`` middle of each patch.

    `data` is the folder of the lists of HDF5 shards.
    """
    net = NetParameter(name="srcnn")
    add_hdf5_data(net, ["data", "clean"], data, batch)
    append_layers(net)
    net.layer.add(name="loss", type="EuclideanLoss", bottom=["lifted", "clean"], top=["loss"])
    return net


def append_layers(net):
    """Append the three layers of the SRCNN to a net that has its input."""
    blob = conv_relu(net, "data", "conv1", Filters(64, KERNELS[0]))
    blob = conv_relu(net, blob, "conv2", Filters(32, KERNELS[1]))
    convolution(net, blob, "conv3", Filters(1, KERNELS[2]), top="lifted")
