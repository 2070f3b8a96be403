"""A net beyond the paper that takes red, green and blue at once, for the borders of `select`.

It is built as `multiscale` is, but joined by convolutions of 1x1, with pixels repeated on the way
back, and with a weight and a rest for each channel. It takes 31,000 multiplications a pixel for all
three channels, `multiscale` 81,000 for one.
"""

from .layers import repeated
from .multiscale import mix
from .scales import PATCH, deploy_net, streams, training_net, way_back

WIDTHS = (16, 32, 48, 64)
"""Feature maps of a stream at each scale, from the finest."""
JOINED = (16, 48, 64, 96)
"""Feature maps after both streams are joined, at each scale."""


def deploy(patch=PATCH):
    """Net for inference, see `scales.deploy_net`."""
    return deploy_net("colour", colour, patch, channels=3)


def train_val(data="data/physical_rgb", batch=16):
    """Net for training and validation, see `scales.training_net`."""
    return training_net("colour", colour, data, batch)


def colour(net):
    """Append the layers to a net that has its inputs."""
    mix(net, way_back(net, streams(net, WIDTHS), JOINED, 1, repeated), channels=3)
