"""The CNN of Liu et al. 2017: which of two patches is in focus, from the paper to prototxt.

Y. Liu, X. Chen, H. Peng, Z. Wang, "Multi-focus image fusion with a deep convolutional neural
network", Information Fusion 36, 2017, Fig. 4. Two branches with the same weights see a patch of
16x16 pixels each; what they find is joined and classified.
"""

from ..caffe_files.blobs import weight_shapes
from ..caffe_files.schema import NetParameter
from ..errors import BadInput
from .hdf5_layer import add_hdf5_data

PATCH = 16
"""Side of the patches that are classified."""
STEP = 2
"""Pixels between the patches of two neighbouring scores, by the max-pooling."""
FEATURES = (64, 128, 256)
HIDDEN = 256


def deploy(patch=PATCH):
    """Net for inference: inputs ``data_a``, ``data_b``, output ``focus``.

    Parameters
    ----------
    patch : int
        Side of the declared input; any other size can be set at run time.

    Returns
    -------
    NetParameter
        `focus` is N x 2 x h x w: for the patch of `PATCH` pixels at each `STEP` pixels the
        probabilities that B and that A is in focus.
    """
    net = NetParameter(name="cnn")
    for letter in "ab":
        layer = net.layer.add(name=f"data_{letter}", type="Input", top=[f"data_{letter}"])
        layer.input_param.shape.add(dim=[1, 1, patch, patch])
    for name, num_output, kernel, bottom in (
        ("hidden", HIDDEN, PATCH // STEP, _branches(net)),
        ("scores", 2, 1, "hidden"),
    ):
        _convolution(net, bottom, name, num_output, kernel)
        _relu_hidden(net, name)
    net.layer.add(name="focus", type="Softmax", bottom=["scores"], top=["focus"])
    return net


def train_val(data="data/cnn", batch=128):
    """Net for training and validation; the label is 1 where A is in focus, 0 where B is.

    Parameters
    ----------
    data : str
        Folder of ``train.txt`` and ``val.txt``, the lists of HDF5 shards.
    batch : int
        Pairs of patches a batch; 128 as in the paper.

    Returns
    -------
    NetParameter
    """
    net = NetParameter(name="cnn")
    add_hdf5_data(net, ["data_a", "data_b", "label"], data, batch)
    for name, num_output, bottom in (
        ("hidden", HIDDEN, _branches(net)),
        ("scores", 2, "hidden"),
    ):
        layer = net.layer.add(name=name, type="InnerProduct", bottom=[bottom], top=[name])
        layer.inner_product_param.num_output = num_output
        layer.inner_product_param.weight_filler.type = "msra"
        _relu_hidden(net, name)
    net.layer.add(name="loss", type="SoftmaxWithLoss", bottom=["scores", "label"], top=["loss"])
    return net


def as_convolutions(weights):
    """Turn what `train_val` has learned into weights of `deploy`.

    A fully connected layer is a convolution that just covers a patch's features: the same sums
    of the same numbers, which then score every patch of a whole picture.

    Parameters
    ----------
    weights : dict of str to list of numpy.ndarray
        As `caffe_files.caffemodel.read_weights` reads them.

    Returns
    -------
    dict of str to list of numpy.ndarray

    Raises
    ------
    BadInput
        If the weights are not of this net.
    """
    shapes = weight_shapes(deploy())
    try:
        return {
            name: [blob.reshape(shape) for blob, shape in zip(weights[name], shapes[name])]
            for name in shapes
        }
    except (KeyError, ValueError) as error:
        raise BadInput("These are no weights of prototxt/cnn/train_val.prototxt.") from error


def _branches(net):
    branches = [_branch(net, letter) for letter in "ab"]
    net.layer.add(name="concat", type="Concat", bottom=branches, top=["concat"])
    return "concat"


def _relu_hidden(net, name):
    if name == "hidden":
        net.layer.add(name="relu_hidden", type="ReLU", bottom=[name], top=[name])


def _branch(net, letter):
    blob = f"data_{letter}"
    for n, features in enumerate(FEATURES, 1):
        blob = _convolution(net, blob, f"conv{n}_{letter}", features, 3, 1, f"conv{n}")
        net.layer.add(name=f"relu_{blob}", type="ReLU", bottom=[blob], top=[blob])
        if n == 2:
            blob = _pool(net, blob, letter)
    return blob


def _convolution(net, bottom, name, num_output, kernel, pad=0, shared=None):
    layer = net.layer.add(name=name, type="Convolution", bottom=[bottom], top=[name])
    if shared:
        layer.param.add(name=f"{shared}_w")
        layer.param.add(name=f"{shared}_b")
    param = layer.convolution_param
    param.num_output = num_output
    param.kernel_size.append(kernel)
    param.pad.append(pad)
    param.weight_filler.type = "msra"
    return name


def _pool(net, bottom, letter):
    layer = net.layer.add(name=f"pool_{letter}", type="Pooling", bottom=[bottom])
    layer.top.append(layer.name)
    layer.pooling_param.kernel_size = layer.pooling_param.stride = STEP
    return layer.name
