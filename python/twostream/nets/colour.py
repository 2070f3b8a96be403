"""A net beyond the paper that takes red, green and blue at once: the estimator of `select`.

It is built like `multiscale`, but the decoder has 1x1 convolutions and nearest-neighbour
upsampling, and each channel has its own blending weight and residual. The net needs 31,000
multiply-accumulates per pixel for all three channels, `multiscale` 81,000 for one.
"""

from .layers import upsampled
from .multiscale import blend
from .scales import PATCH, decoder, deploy_net, streams, training_net

WIDTHS = (16, 32, 48, 64)
"""Feature maps of a stream at each scale, from the finest."""
JOINED = (16, 48, 64, 96)
"""Feature maps of the decoder at each scale."""


def deploy(patch=PATCH):
    """Make the net for inference, see `scales.deploy_net`."""
    return deploy_net("colour", colour, patch, channels=3)


def train_val(data="data/physical_rgb", batch=16):
    """Make the net for training and validation, see `scales.training_net`."""
    return training_net("colour", colour, data, batch)


def colour(net):
    """Append the layers to a net that has its inputs."""
    blend(net, decoder(net, streams(net, WIDTHS), JOINED, 1, upsampled), channels=3)
