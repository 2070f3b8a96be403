"""Fewer rows than a full product, for tests of many settings."""

from itertools import combinations, product


def pairwise(*settings):
    """Choose rows, a value of every setting each, in which every two values meet at least once."""
    settings = [list(values) for values in settings]
    rows = list(product(*(range(len(values)) for values in settings)))
    pairs = {row: set(combinations(enumerate(row), 2)) for row in rows}
    missing, chosen = set().union(*pairs.values()), []
    while missing:
        best = max(rows, key=lambda row: len(pairs[row] & missing))
        missing -= pairs[best]
        chosen.append(tuple(values[k] for values, k in zip(settings, best)))
    return chosen
