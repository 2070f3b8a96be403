"""Directional filters of the nonsubsampled contourlet transform.

A. L. da Cunha, J. Zhou, M. N. Do, "The Nonsubsampled Contourlet Transform: Theory, Design, and
Applications", IEEE Transactions on Image Processing 15(10), 2006: a tree of fan filters. The
first separates steep from flat frequencies; each further one halves a wedge at its middle slope by
a sheared and upsampled fan filter. All are given here in closed form in the frequency domain.
"""

import math

import numpy as np

from ..errors import BadInput
from .nonsubsampled import frequencies


def wedges(shape, level, directions):
    """Yield the directional filters of a level for planes of `shape`: analysis and synthesis.

    They are frequency responses in the layout of `numpy.fft.rfft2`, and the products of all pairs
    sum to 1. Level 0 is the finest. Filters of coarser levels are dilated by ``2 ** level``
    (section II-C of the paper), so that the frequencies of each level lie where the filters
    separate best. Raise BadInput if `directions` is not a power of two above 1.
    """
    if directions < 2 or directions & (directions - 1):
        raise BadInput(f"Contourlets have 2, 4, 8, ... directions, not {directions}.")
    y, x = frequencies(shape, level)
    steep, flat = _halves(y, x)
    yield from _cut(y, x, -1, 1, directions // 2, steep)
    yield from _cut(x, y, -1, 1, directions // 2, flat)


def _cut(along, across, low, high, directions, wedge):
    """Split the wedge of slopes ``across / along`` from `low` to `high` into equal wedges."""
    if directions == 1:
        yield wedge
        return
    middle = (low + high) / 2
    offset = 2 / (high - low) * (across - middle * along)
    upper, lower = _halves(along + offset, along - offset)
    yield from _cut(along, across, middle, high, directions // 2, _product(wedge, upper))
    yield from _cut(along, across, low, middle, directions // 2, _product(wedge, lower))


def _halves(p, q):
    """Return fan filters as (analysis, synthesis), for ``|p| > |q|`` and for all else.

    M. Vetterli, J. Kovacevic, "Wavelets and Subband Coding", 1995 (``vk``): the 5/3 pair with
    the 3 x 3 diamond mapping.
    """
    mapping = (np.cos(q) - np.cos(p)) / 2
    more, less = (1 + mapping) / 2, (1 - mapping) / 2
    return (more, more * (2 - mapping)), (less * (2 + mapping), less)


def _product(first, second):
    return tuple(map(math.prod, zip(first, second)))
