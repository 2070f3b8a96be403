"""The learned blobs that a solver updates."""

from dataclasses import dataclass
from typing import Any

PRECISIONS = ("float32", "tf32", "bf16")
"""float32 is Caffe's; tf32 and bf16 multiply with 10 and 7 bits of mantissa, faster on a GPU."""


@dataclass
class Parameter:
    """A learned blob, as the solver sees it.

    Attributes
    ----------
    data, gradient : array
        numpy arrays or tensors of one shape; the solver changes both in place.
    lr_mult, decay_mult : float
        Multipliers of the learning rate and the weight decay, from the layer's ``param``.
    """

    data: Any
    gradient: Any
    lr_mult: float = 1.0
    decay_mult: float = 1.0
