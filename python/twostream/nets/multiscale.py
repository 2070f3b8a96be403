"""A net beyond the paper: a two-stream encoder of four scales that blends and corrects.

The streams share their weights and halve the sides three times. Skip connections join the features
of both sources to the decoder at each scale, as in a U-Net (Ronneberger, Fischer, Brox, MICCAI
2015). The output is w a + (1 - w) b + r with a blending weight w in [0, 1] and a residual r, one
map each. Where a source is sharp, w copies it exactly. Where neither is, near the boundary of a
near object that is out of focus, r corrects. All layers are types of Caffe 1.0.
"""

from . import scales
from .layers import Filters, convolution, deconvolved

WIDTHS = (16, 32, 48, 64)
"""Feature maps of a stream at each scale, from the finest."""
JOINED = (32, 48, 64, 96)
"""Feature maps of the decoder at each scale."""


def deploy(patch=scales.PATCH):
    """Make the net for inference, see `scales.deploy_net`."""
    return scales.deploy_net("multiscale", multiscale, patch)


def train_val(data="data/physical", batch=16):
    """Make the net for training and validation, see `scales.training_net`."""
    return scales.training_net("multiscale", multiscale, data, batch)


def multiscale(net):
    """Append the layers to a net that has its inputs."""
    blend(net, scales.decoder(net, scales.streams(net, WIDTHS), JOINED, 3, deconvolved))


def blend(net, bottom, channels=1):
    """Append the layers that compute w a + (1 - w) b + r from the last feature maps."""
    weight = _maps(net, bottom, "weight_of_a", channels)
    scales.sigmoid(net, weight)
    scales.blend_sources(net, weight, _maps(net, bottom, "rest", channels))


def _maps(net, bottom, name, channels):
    """Append a convolution that predicts a map for each channel, starting near 0."""
    return scales.near_zero(convolution(net, bottom, name, Filters(channels, 3, pad=1, stride=1)))
