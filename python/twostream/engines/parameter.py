"""What an engine in training and a solver share."""

from dataclasses import dataclass
from typing import Any

PRECISIONS = ("float32", "tf32", "bf16")
"""float32 is Caffe's; tf32 and bf16 multiply with 10 and 7 bits of mantissa, on a GPU faster."""


@dataclass
class Parameter:
    """A learned blob, for the solver.

    Attributes
    ----------
    data, gradient : array
        Of one shape; numpy's or tensors. Both are changed in place.
    lr_mult, decay_mult : float
        Its multipliers, as of its layer's `param`.
    """

    data: Any
    gradient: Any
    lr_mult: float = 1.0
    decay_mult: float = 1.0
