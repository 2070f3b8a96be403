"""Fewer rows than a full product, for tests of many settings."""

from itertools import combinations, product


def pairwise(*settings):
    """Choose rows in which every two values of two settings meet at least once.

    Parameters
    ----------
    *settings : iterable
        The values of each setting.

    Returns
    -------
    list of tuple
        A value of every setting each, always the same rows.
    """
    settings = [list(values) for values in settings]
    rows = list(product(*(range(len(values)) for values in settings)))
    missing, chosen = set().union(*map(_pairs, rows)), []
    while missing:
        best = max(rows, key=lambda row: len(_pairs(row) & missing))
        missing -= _pairs(best)
        chosen.append(tuple(values[k] for values, k in zip(settings, best)))
    return chosen


def _pairs(row):
    return set(combinations(enumerate(row), 2))
