"""The CNN of Liu et al. 2017, which predicts which of two patches is in focus, as prototxt.

Y. Liu, X. Chen, H. Peng, Z. Wang, "Multi-focus image fusion with a deep convolutional neural
network", Information Fusion 36, 2017, Fig. 4. Two branches with the same weights take a patch of
16x16 pixels each; their features are concatenated and classified.
"""

from ..caffe_files.schema import NetParameter
from .hdf5_layer import add_hdf5_data
from .layers import Filters, add_input, concat, conv_relu, convolution, relu, shared_conv_relu

PATCH = 16
"""Side of the patches that are classified."""
STEP = 2
"""Pixels between the patches of two neighbouring scores: the stride of the max-pooling."""
HIDDEN = 256
"""Outputs of the first fully connected layer."""


def deploy(patch=PATCH):
    """Make the net for inference: inputs ``data_a``, ``data_b``, output ``focus``.

    `patch` is the side of the declared input; other sizes can be given at run time. `focus` is
    N x 2 x h x w: the probabilities that B is in focus and that A is. There is one value for each
    patch of `PATCH` x `PATCH` pixels at every `STEP` pixels.
    """
    net = NetParameter(name="cnn")
    for letter in "ab":
        add_input(net, f"data_{letter}", 1, patch)
    blob = conv_relu(net, siamese(net), "hidden", Filters(HIDDEN, PATCH // STEP, pad=0))
    convolution(net, blob, "scores", Filters(2, 1, pad=0))
    net.layer.add(name="focus", type="Softmax", bottom=["scores"], top=["focus"])
    return net


def train_val(data="data/cnn", batch=128):
    """Make the net for training and validation; the label is 1 where A is in focus, else 0.

    `data` is the folder of the lists of HDF5 shards; a batch has 128 pairs as in the paper.
    """
    net = NetParameter(name="cnn")
    add_hdf5_data(net, ["data_a", "data_b", "label"], data, batch)
    blob = relu(net, inner_product(net, siamese(net), "hidden", HIDDEN))
    inner_product(net, blob, "scores", 2)
    net.layer.add(name="loss", type="SoftmaxWithLoss", bottom=["scores", "label"], top=["loss"])
    return net


def siamese(net):
    """Append both branches and their Concat; return the name of its blob."""
    return concat(net, [branch(net, letter) for letter in "ab"])


def branch(net, letter):
    """Append the layers of one patch; return the name of their last blob."""
    blob = shared_conv_relu(net, f"data_{letter}", letter, "conv1", Filters(64, 3, pad=1))
    blob = shared_conv_relu(net, blob, letter, "conv2", Filters(128, 3, pad=1))
    blob = max_pool(net, blob, f"pool_{letter}")
    return shared_conv_relu(net, blob, letter, "conv3", Filters(256, 3, pad=1))


def max_pool(net, bottom, name):
    """Append a max-pooling that halves the sides; return the name of its blob."""
    layer = net.layer.add(name=name, type="Pooling", bottom=[bottom], top=[name])
    layer.pooling_param.kernel_size = layer.pooling_param.stride = STEP
    return name


def inner_product(net, bottom, name, outputs):
    """Append a fully connected layer; return the name of its blob."""
    layer = net.layer.add(name=name, type="InnerProduct", bottom=[bottom], top=[name])
    layer.inner_product_param.num_output = outputs
    layer.inner_product_param.weight_filler.type = "msra"
    return name
