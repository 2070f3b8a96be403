"""Means of a method's scores over several pairs."""

from dataclasses import replace

from ..metrics.psnr import EQUAL_PSNR


def mean_scores(groups, names):
    """Average the scores of every method; `groups` are those of each pair, of the same methods.

    Return a Score per method, with ``mean`` as the name of the pair. A metric is averaged over the
    pairs for which every method has it, so that all means are over the same pairs. Seconds are
    averaged over the pairs that have them; memory is the largest peak.
    """
    complete = {n: [g for g in groups if all(n in score.values for score in g)] for n in names}
    return [
        replace(
            scores[0],
            pair="mean",
            values={
                name: _mean([_finite(name, group[number].values[name]) for group in found])
                for name, found in complete.items()
                if found
            },
            errors={},
            seconds=_mean([g[number].seconds for g in groups if g[number].seconds is not None]),
            peak=max((g[number].peak for g in groups if g[number].peak is not None), default=None),
        )
        for number, scores in enumerate(zip(*groups))
    ]


def _finite(name, value):
    return min(value, EQUAL_PSNR) if name in ("psnr", "psnr_rgb") else value


def _mean(values):
    return sum(values) / len(values) if values else None
