"""Multi-focus image fusion with a fully convolutional two-stream network, faithful to Caffe."""

from .errors import BadInput
from .methods import fuse

__all__ = ["BadInput", "__version__", "fuse"]

__version__ = "0.1.0"
"""That of pyproject.toml; a test compares them."""
