"""A net beyond the paper: two streams at four scales, whose output mixes and corrects the sources.

The streams share their weights and halve the picture three times; the way back joins the features
of both sources at each scale, as in a U-Net (Ronneberger, Fischer, Brox, MICCAI 2015). The end is
w a + (1 - w) b + r with a weight w in [0, 1] and a rest r, both maps of one channel: where a source
is sharp, w copies it exactly; where neither is, beside a near object out of focus, r corrects.
All layers are types of Caffe 1.0.
"""

from .layers import convolution, doubled
from .scales import (
    PATCH,
    deploy_net,
    near_zero,
    sigmoid,
    streams,
    training_net,
    way_back,
    weighted_mean,
)

WIDTHS = (16, 32, 48, 64)
"""Feature maps of a stream at each scale, from the finest."""
JOINED = (32, 48, 64, 96)
"""Feature maps after both streams are joined, at each scale."""


def deploy(patch=PATCH):
    """Net for inference, see `scales.deploy_net`."""
    return deploy_net("multiscale", multiscale, patch)


def train_val(data="data/physical", batch=16):
    """Net for training and validation, see `scales.training_net`."""
    return training_net("multiscale", multiscale, data, batch)


def multiscale(net):
    """Append the layers to a net that has its inputs."""
    mix(net, way_back(net, streams(net, WIDTHS), JOINED, 3, doubled))


def mix(net, bottom, channels=1):
    """Append the layers that make w a + (1 - w) b + r of the last feature maps."""
    weight = _maps(net, bottom, "weight_of_a", channels)
    sigmoid(net, weight)
    weighted_mean(net, weight, _maps(net, bottom, "rest", channels))


def _maps(net, bottom, name, channels):
    """Append a convolution to maps, one for each channel, that starts near 0."""
    return near_zero(convolution(net, bottom, name, channels, 3, pad=1, stride=1))
