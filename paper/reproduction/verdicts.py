"""The four words of the verdict; docs/reproduction.md states the rules that give them."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata, spearmanr

REPRODUCES = "reproduces"
ORDER = "order reproduces"
DIFFERS = "does not"
INCOMPARABLE = "cannot be compared"

MARGIN = 0.02
"""Tolerance of a published number outside the spread of a metric's variants."""
SHARE = 0.8
"""Minimum share of numbers that fit, and of ranks that agree."""
CHANCE = 0.05
"""Largest probability that a rank correlation is chance."""
APART = 0.1
"""Share of a metric's range; if all numbers are farther off, they are another quantity."""


@dataclass(frozen=True)
class Cell:
    """A published number and ours.

    Attributes
    ----------
    published, here : float
        `here` is by the metric's default variant, on the first copy of the pair.
    low, high : float
        Range of the variants over the copies.
    """

    published: float
    here: float
    low: float
    high: float

    @property
    def fits(self):
        """Whether the published number is within the spread of the variants."""
        return self.low - MARGIN <= self.published <= self.high + MARGIN


def other_quantity(cells, width):
    """Tell whether the published numbers of a column are all too far from ours.

    Parameters
    ----------
    cells : sequence of Cell
    width : float
        Width of the metric's range of values.

    Returns
    -------
    bool
    """
    low, high = min(cell.low for cell in cells), max(cell.high for cell in cells)
    published = [cell.published for cell in cells]
    return max(low - max(published), min(published) - high) > APART * width


def rank_correlation(published, here):
    """Return Spearman's rank correlation of the methods in a column, and its p-value.

    Parameters
    ----------
    published, here : sequence of float
        Numbers of the methods, in the same order.

    Returns
    -------
    correlation, probability : float
        The probability that chance gives one as large; (0, 1) if all numbers of one side are equal.
    """
    if len(set(published)) < 2 or len(set(here)) < 2:
        return 0.0, 1.0
    correlation, both_sides = spearmanr(published, here)
    return float(correlation), float(both_sides / 2 if correlation > 0 else 1 - both_sides / 2)


def order_of(cells):
    """Return the `rank_correlation` of the cells of a column."""
    return rank_correlation([cell.published for cell in cells], [cell.here for cell in cells])


def column_verdict(cells, width, stand_in=False):
    """Judge a column.

    Parameters
    ----------
    cells : sequence of Cell
        Of its methods.
    width : float
        Width of the metric's range of values.
    stand_in : bool
        Whether the pair is not the paper's.

    Returns
    -------
    str
        One of the four words.
    """
    if stand_in or other_quantity(cells, width):
        return INCOMPARABLE
    return _word(order_of(cells)[1] < CHANCE, [cell.fits for cell in cells])


def row_verdict(label, columns):
    """Judge a method.

    Parameters
    ----------
    label : str
        The method.
    columns : sequence of dict of str to Cell
        Columns that can be compared: method -> cell.

    Returns
    -------
    str
        One of the four words.
    """
    if not columns:
        return INCOMPARABLE
    same_order = _enough([_same_place(label, cells) for cells in columns])
    return _word(same_order, [cells[label].fits for cells in columns])


def _word(same_order, fits):
    if not same_order:
        return DIFFERS
    return REPRODUCES if _enough(fits) else ORDER


def _same_place(label, cells):
    places = [
        rankdata([getattr(cell, side) for cell in cells.values()])[list(cells).index(label)]
        for side in ("published", "here")
    ]
    return abs(places[0] - places[1]) <= 1


def _enough(found):
    return np.mean(found) >= SHARE
