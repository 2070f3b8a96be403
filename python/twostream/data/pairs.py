"""Multi-focus pairs of whole pictures with known truth."""

import numpy as np

from ..io.pixels import from_unit, to_unit
from .defocus import focus_split


def make_pair(clean, region, blurs, softness=1.0):
    """Make a pair from one sharp picture, uint8 or uint16, as `defocus.focus_split` does."""
    white = float(np.iinfo(clean.dtype).max)
    unit = to_unit(clean, white).reshape(*clean.shape[:2], -1)
    pair = focus_split(unit, region, blurs, softness)
    return [from_unit(image, white, clean.dtype).reshape(clean.shape) for image in pair]
