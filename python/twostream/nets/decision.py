"""A small net beyond the paper for decision maps; it predicts only a blending weight.

The first convolution halves the sides, so that no layer with many feature maps runs at full
resolution. Two more scales follow; the decoder joins both sources as in `multiscale`. The output
is w a + (1 - w) b with a weight w in [0, 1]. The net needs 5,000 multiply-accumulates per pixel,
`multiscale` 81,000. All layers are types of Caffe 1.0.
"""

from . import scales
from .layers import Filters, convolution, upsampled

WIDTHS = (16, 32, 48)
"""Feature maps of a stream at each scale, from half the sides to an eighth."""
JOINED = (16, 32, 48)
"""Feature maps of the decoder at each scale."""


def deploy(patch=scales.PATCH):
    """Make the net for inference, see `scales.deploy_net`."""
    return scales.deploy_net("decision", decision, patch)


def train_val(data="data/physical", batch=16):
    """Make the net for training and validation, see `scales.training_net`."""
    return scales.training_net("decision", decision, data, batch)


def decision(net):
    """Append the layers to a net that has its inputs."""
    both = scales.streams(net, WIDTHS, first="half1", stride=2)
    last = scales.decoder(net, both, JOINED, 1, upsampled)
    layer = convolution(net, last, "weight_of_a", Filters(1, 4, 1, 2, "Deconvolution"))
    weight = scales.near_zero(layer)
    scales.sigmoid(net, weight)
    scales.blend_sources(net, weight)
