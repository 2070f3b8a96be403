"""The net of `multiscale` with fewer features, joined by convolutions of 1x1.

It takes a fifth of the multiplications.
"""

from .multiscale import mix
from .scales import PATCH, deploy_net, streams, training_net, way_back

WIDTHS = (16, 16, 32, 32)
"""Feature maps of a stream at each scale, from the finest."""
JOINED = (16, 32, 32, 48)
"""Feature maps after both streams are joined, at each scale."""


def deploy(patch=PATCH):
    """Net for inference, see `scales.deploy_net`."""
    return deploy_net("lean", lean, patch)


def train_val(data="data/physical", batch=16):
    """Net for training and validation, see `scales.training_net`."""
    return training_net("lean", lean, data, batch)


def lean(net):
    """Append the layers to a net that has its inputs."""
    mix(net, way_back(net, streams(net, WIDTHS), JOINED, kernel=1))
