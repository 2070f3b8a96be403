"""A small net beyond the paper that only decides: its output is a mean of the sources.

The first convolution halves the picture, so that no layer of many features works on all pixels;
two more scales follow, and the way back joins both sources as in `multiscale`. The end is
w a + (1 - w) b with a weight w in [0, 1]. It takes 6,000 multiplications a pixel, `multiscale`
81,000. All layers are types of Caffe 1.0.
"""

from ..caffe_files.schema import NetParameter
from .hdf5_layer import add_hdf5_data
from .layers import add_input, concat, conv_relu, convolution, doubled, shared_conv_relu
from .two_stream import add_loss

WIDTHS = (16, 32, 48)
"""Feature maps of a stream at each scale, from half the sides to an eighth."""
JOINED = (16, 32, 48)
"""Feature maps after both streams are joined, at each scale."""
PATCH = 64
"""Side of the training patches."""


def deploy(patch=PATCH):
    """Net for inference: inputs ``data_a`` and ``data_b``, output ``fused``, of one channel.

    Parameters
    ----------
    patch : int
        Side of the declared input, a multiple of 8; other pictures can be given at run time.

    Returns
    -------
    NetParameter
    """
    net = NetParameter(name="decision")
    for letter in "ab":
        add_input(net, f"data_{letter}", 1, patch)
    decision(net)
    return net


def train_val(data="data/physical", batch=16):
    """Net for training and validation with the relative loss (see `data.patches`).

    Parameters
    ----------
    data : str
        Folder of ``train.txt`` and ``val.txt``, the lists of HDF5 shards.
    batch : int
        Patches in a batch.

    Returns
    -------
    NetParameter
    """
    net = NetParameter(name="decision")
    add_hdf5_data(net, ["data_a", "data_b", "clean", "weight"], data, batch, batch)
    decision(net)
    add_loss(net, relative=True)
    return net


def decision(net):
    """Append the layers to a net that has its inputs."""
    both = list(zip(*(stream(net, letter) for letter in "ab")))
    blob = joined(net, both[-1], 3, JOINED[-1])
    for n in (2, 1):
        blob = doubled(net, blob, f"up{n}", JOINED[n - 1], JOINED[n])
        blob = joined(net, [*both[n - 1], blob], n, JOINED[n - 1])
    mean(net, blob)


def stream(net, letter):
    """Append the convolutions of one source picture; return the blobs of the three scales."""
    blobs = [shared_conv_relu(net, f"data_{letter}", letter, "half1", WIDTHS[0], 5, 2)]
    for n, width in enumerate(WIDTHS[1:], 2):
        blob = shared_conv_relu(net, blobs[-1], letter, f"half{n}", width, 3, 2)
        blobs.append(shared_conv_relu(net, blob, letter, f"conv{n}", width, 3, 1))
    return blobs


def joined(net, bottoms, n, filters):
    """Append a Concat, a convolution of 1x1 and one of 3x3; return the name of their blob."""
    blob = conv_relu(net, concat(net, bottoms, f"joined{n}"), f"join{n}a", filters, 1)
    return conv_relu(net, blob, f"join{n}b", filters, 3, pad=1, stride=1)


def mean(net, bottom):
    """Append the layers that make w a + (1 - w) b of the last feature maps."""
    weight = "weight_of_a"
    layer = convolution(net, bottom, weight, 1, 4, pad=1, stride=2, kind="Deconvolution")
    filler = layer.convolution_param.weight_filler
    filler.type, filler.std = "gaussian", 0.001
    net.layer.add(name="sigmoid", type="Sigmoid", bottom=[weight], top=[weight])
    difference = net.layer.add(name="difference", type="Eltwise", bottom=["data_a", "data_b"])
    difference.top.append("difference")
    difference.eltwise_param.coeff.extend([1, -1])
    part = net.layer.add(name="part", type="Eltwise", bottom=["difference", weight], top=["part"])
    part.eltwise_param.operation = part.eltwise_param.PROD
    net.layer.add(name="fused", type="Eltwise", bottom=["data_b", "part"], top=["fused"])
