"""Rank correlation of metrics with PSNR: whether a metric ranks methods by their true error."""

import numpy as np
from scipy.stats import spearmanr

from .tables import Table


def rank_correlation_table(scores, metrics):
    """Make a table of the rank correlation (Spearman) of each metric with PSNR.

    PSNR is that of the luma (the metric `psnr`), because the other metrics compare lumas.
    The correlation is computed over the methods for each pair with known truth and then averaged
    over the pairs, so that differences between easy and hard pairs have no influence. Return None
    if no pair has three methods with a PSNR.
    """
    pairs = {}
    for score in scores:
        if "psnr" in score.values:
            pairs.setdefault(score.pair, []).append(score.values)
    pairs = [scores for scores in pairs.values() if len(scores) > 2]
    others = [metric for metric in metrics if metric.name not in ("psnr", "psnr_rgb")]
    if not pairs or not others:
        return None
    values = [[_mean_correlation(metric, pairs)] for metric in others]
    order = sorted(range(len(others)), key=lambda i: -(values[i][0] or 0))
    count = "1 pair" if len(pairs) == 1 else f"{len(pairs)} pairs"
    return Table(
        f"Rank correlation with PSNR of luma over {count} of known truth",
        "metric",
        [others[i].name for i in order],
        ["Spearman"],
        [values[i] for i in order],
        [1],
        [2],
    )


def _mean_correlation(metric, pairs):
    correlations = [_correlation(metric, scores) for scores in pairs]
    correlations = [c for c in correlations if c is not None]
    return float(np.mean(correlations)) if correlations else None


def _correlation(metric, scores):
    both = [(s["psnr"], s[metric.name]) for s in scores if metric.name in s]
    if len(both) < 3 or any(len(set(column)) < 2 for column in zip(*both)):
        return None
    found = spearmanr(*zip(*both))[0]
    return -found if metric.lower_is_better else found
