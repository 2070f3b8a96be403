"""A net beyond the paper: two streams at four scales, whose output mixes and corrects the sources.

The streams share their weights and halve the picture three times; the way back joins the features
of both sources at each scale, as in a U-Net (Ronneberger, Fischer, Brox, MICCAI 2015). The end is
w a + (1 - w) b + r with a weight w in [0, 1] and a rest r, both maps of one channel: where a source
is sharp, w copies it exactly; where neither is, beside a near object out of focus, r corrects.
All layers are types of Caffe 1.0.
"""

from ..caffe_files.schema import NetParameter
from .hdf5_layer import add_hdf5_data
from .layers import add_input, concat, convolution, doubled, shared_conv_relu, twice
from .two_stream import add_loss

WIDTHS = (16, 32, 48, 64)
"""Feature maps of a stream at each scale, from the finest."""
JOINED = (32, 48, 64, 96)
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
    net = NetParameter(name="multiscale")
    for letter in "ab":
        add_input(net, f"data_{letter}", 1, patch)
    multiscale(net)
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
    net = NetParameter(name="multiscale")
    add_hdf5_data(net, ["data_a", "data_b", "clean", "weight"], data, batch, batch)
    multiscale(net)
    add_loss(net, relative=True)
    return net


def multiscale(net):
    """Append the layers to a net that has its inputs."""
    both = list(zip(*(stream(net, letter) for letter in "ab")))
    blob = twice(net, concat(net, both[-1], "joined4"), "join4", JOINED[-1])
    for n in (3, 2, 1):
        blob = doubled(net, blob, f"up{n}", JOINED[n - 1], JOINED[n])
        blob = twice(
            net, concat(net, [*both[n - 1], blob], f"joined{n}"), f"join{n}", JOINED[n - 1]
        )
    mix(net, blob)


def stream(net, letter, widths=WIDTHS):
    """Append the convolutions of one source picture; return the blobs of the four scales."""
    blob = shared_conv_relu(net, f"data_{letter}", letter, "conv1", widths[0], 5, 1)
    blobs = [blob]
    for n, width in enumerate(widths[1:], 2):
        blob = shared_conv_relu(net, blob, letter, f"half{n}", width, 3, 2)
        blob = shared_conv_relu(net, blob, letter, f"conv{n}", width, 3, 1)
        blobs.append(blob)
    return blobs


def mix(net, bottom):
    """Append the layers that make w a + (1 - w) b + r of the last feature maps."""
    weight = _map(net, bottom, "weight_of_a")
    net.layer.add(name="sigmoid", type="Sigmoid", bottom=[weight], top=[weight])
    rest = _map(net, bottom, "rest")
    difference = net.layer.add(name="difference", type="Eltwise", bottom=["data_a", "data_b"])
    difference.top.append("difference")
    difference.eltwise_param.coeff.extend([1, -1])
    part = net.layer.add(name="part", type="Eltwise", bottom=["difference", weight], top=["part"])
    part.eltwise_param.operation = part.eltwise_param.PROD
    net.layer.add(name="fused", type="Eltwise", bottom=["data_b", "part", rest], top=["fused"])


def _map(net, bottom, name):
    """Append a convolution to one channel that starts near 0."""
    layer = convolution(net, bottom, name, 1, 3, pad=1, stride=1)
    filler = layer.convolution_param.weight_filler
    filler.type, filler.std = "gaussian", 0.001
    return name
