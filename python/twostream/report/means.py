"""Means of a method's scores over several pairs."""

from dataclasses import replace

from ..metrics.psnr import EQUAL_PSNR


def mean_scores(groups, names):
    """Average the scores of every method.

    Parameters
    ----------
    groups : list of list of Score
        For each pair its scores, of the same methods in the same order.
    names : iterable of str
        Names of the metrics.

    Returns
    -------
    list of Score
        One per method, with ``mean`` as the name of the pair. A metric is averaged over the pairs
        for which every method has it, so that all means are over the same pairs; seconds are
        averaged over the pairs that have them, and of memory the largest peak counts.
    """
    return [
        replace(
            scores[0],
            pair="mean",
            values=_means(groups, names, number),
            errors={},
            seconds=_mean([g[number].seconds for g in groups if g[number].seconds is not None]),
            peak=max((g[number].peak for g in groups if g[number].peak is not None), default=None),
        )
        for number, scores in enumerate(zip(*groups))
    ]


def _means(groups, names, number):
    values = {name: _mean(_common(groups, name, number)) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def _common(groups, name, number):
    """Values of a method on the pairs for which all methods have them."""
    complete = [group for group in groups if all(name in score.values for score in group)]
    values = [group[number].values[name] for group in complete]
    return [min(value, EQUAL_PSNR) for value in values] if name in ("psnr", "psnr_rgb") else values


def _mean(values):
    return sum(values) / len(values) if values else None
