"""Multi-focus image fusion with a fully convolutional two-stream network, faithful to Caffe."""

from .errors import BadInput
from .methods import fuse

__all__ = ["BadInput", "fuse"]
