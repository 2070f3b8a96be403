"""The net of `multiscale` with fewer features, joined by convolutions of 1x1.

It takes a fifth of the multiplications.
"""

from ..caffe_files.schema import NetParameter
from .decision import joined
from .hdf5_layer import add_hdf5_data
from .layers import add_input, doubled
from .multiscale import PATCH, mix, stream
from .two_stream import add_loss

WIDTHS = (16, 16, 32, 32)
"""Feature maps of a stream at each scale, from the finest."""
JOINED = (16, 32, 32, 48)
"""Feature maps after both streams are joined, at each scale."""


def deploy(patch=PATCH):
    """Net for inference, see `multiscale.deploy`."""
    net = NetParameter(name="lean")
    for letter in "ab":
        add_input(net, f"data_{letter}", 1, patch)
    lean(net)
    return net


def train_val(data="data/physical", batch=16):
    """Net for training and validation, see `multiscale.train_val`."""
    net = NetParameter(name="lean")
    add_hdf5_data(net, ["data_a", "data_b", "clean", "weight"], data, batch, batch)
    lean(net)
    add_loss(net, relative=True)
    return net


def lean(net):
    """Append the layers to a net that has its inputs."""
    both = list(zip(*(stream(net, letter, WIDTHS) for letter in "ab")))
    blob = joined(net, both[-1], 4, JOINED[-1])
    for n in (3, 2, 1):
        blob = doubled(net, blob, f"up{n}", JOINED[n - 1], JOINED[n])
        blob = joined(net, [*both[n - 1], blob], n, JOINED[n - 1])
    mix(net, blob)
