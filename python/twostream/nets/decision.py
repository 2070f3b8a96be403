"""A small net beyond the paper that only decides: its output is a mean of the sources.

The first convolution halves the picture, so that no layer of many features works on all pixels;
two more scales follow, and the way back joins both sources as in `multiscale`. The end is
w a + (1 - w) b with a weight w in [0, 1]. It takes 5,000 multiplications a pixel, `multiscale`
81,000. All layers are types of Caffe 1.0.
"""

from .layers import convolution, repeated
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

WIDTHS = (16, 32, 48)
"""Feature maps of a stream at each scale, from half the sides to an eighth."""
JOINED = (16, 32, 48)
"""Feature maps after both streams are joined, at each scale."""


def deploy(patch=PATCH):
    """Net for inference, see `scales.deploy_net`."""
    return deploy_net("decision", decision, patch)


def train_val(data="data/physical", batch=16):
    """Net for training and validation, see `scales.training_net`."""
    return training_net("decision", decision, data, batch)


def decision(net):
    """Append the layers to a net that has its inputs."""
    both = streams(net, WIDTHS, first="half1", stride=2)
    last = way_back(net, both, JOINED, 1, repeated)
    layer = convolution(net, last, "weight_of_a", 1, 4, pad=1, stride=2, kind="Deconvolution")
    weight = near_zero(layer)
    sigmoid(net, weight)
    weighted_mean(net, weight)
