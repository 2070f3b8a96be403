"""The learned blobs that a solver updates, and the settings that a solver file lacks."""

from dataclasses import dataclass
from typing import Any

PRECISIONS = ("float32", "tf32", "bf16")
"""float32 is Caffe's; tf32 and bf16 multiply with 10 and 7 bits of mantissa, faster on a GPU."""


@dataclass(frozen=True)
class Options:
    """Settings of the engine torch that a solver file lacks."""

    device: str = "cpu"  # a device of PyTorch
    precision: str = "float32"  # one of `PRECISIONS`
    # channels_last, compiled: whether to store each pixel's channels side by side, and to use
    # torch.compile. Both change the order of sums, so leave them off to follow Caffe closely.
    channels_last: bool = False
    compiled: bool = False


@dataclass
class Parameter:
    """A learned blob, as the solver sees it."""

    # Numpy arrays or tensors of one shape; the solver changes both in place.
    data: Any
    gradient: Any
    # Multipliers of the learning rate and the weight decay, from the layer's ``param``.
    lr_mult: float = 1.0
    decay_mult: float = 1.0
