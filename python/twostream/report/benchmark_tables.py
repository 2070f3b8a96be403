"""Tables of a benchmark: the paper's pairs, means, known truth, rank correlation, times, others."""

from ..io.atomic import atomic_write
from .means import EQUAL_PSNR, mean_scores
from .paper_pairs import PAPER_PAIRS
from .rank_correlation import rank_correlation_table
from .tables import Table

MEANS = (
    f"Means: a metric is averaged over the pairs for which every method has it. The infinite PSNR "
    f"of a picture that equals the truth counts as {EQUAL_PSNR:.1f} dB (half a 16-bit step)."
)


def write_tables(pairs, scores, metrics, out):
    """Write tables.md and tables.tex.

    Parameters
    ----------
    pairs : list of Pair
    scores : list of Score
        Scores by pair, then by method; the same methods for every pair.
    metrics : list of Metric
    out : Path
        Folder to write to.
    """
    tables = benchmark_tables(pairs, scores, metrics)
    failures = [f"- {c.method} on {c.pair}: {text}" for c in scores for text in c.errors.values()]
    parts = [table.markdown() for table in tables] + [f"{MEANS}\n"]
    if failures:
        parts.append("### Failed\n\n" + "\n".join(failures) + "\n")
    for name, text in (
        ("tables.md", "\n".join(parts)),
        ("tables.tex", "\n".join(table.latex() for table in tables)),
    ):
        with atomic_write(out / name) as partial:
            partial.write_text(text)


def benchmark_tables(pairs, scores, metrics):
    """Make all tables of a benchmark as a list of Table; arguments as of `write_tables`."""
    found = scores_of_pairs(pairs, scores)
    others = [pair for pair in pairs if pair.scene not in PAPER_PAIRS]
    tables = [
        *_paper_tables(found, metrics),
        *_mean_tables(found, metrics),
        _known_truth(list(found.values()), metrics),
        rank_correlation_table(scores, metrics),
        _times(scores),
        *(_score_table(pair.name, found[pair], metrics) for pair in others),
    ]
    return [table for table in tables if table]


def scores_of_pairs(pairs, scores):
    """Group scores by pair: dict of Pair to list of Score."""
    by_name = {}
    for score in scores:
        by_name.setdefault(score.pair, []).append(score)
    return {pair: by_name[pair.name] for pair in pairs}


def _paper_tables(found, metrics):
    """Yield the scores of the pairs of the paper's Tables 1 to 4."""
    known = [(PAPER_PAIRS[pair.scene], pair) for pair in found if pair.scene in PAPER_PAIRS]
    for place, pair in sorted(known, key=lambda both: both[0].table):
        title = f"Table {place.table}: {place.title}, {pair.folder}/{pair.scene}"
        yield _score_table(title, found[pair], metrics)


def _mean_tables(found, metrics):
    """Yield the means over the pairs of each folder, and over all pairs of several folders."""
    folders = {}
    for pair, scores in found.items():
        folders.setdefault(pair.folder, []).append(scores)
    for folder, groups in folders.items():
        if len(groups) > 1:
            means = _mean(groups, metrics)
            yield _score_table(f"Mean over the {len(groups)} pairs in {folder}", means, metrics)
    if len(folders) > 1:
        means = _mean(list(found.values()), metrics)
        yield _score_table(f"Mean over all {len(found)} pairs", means, metrics)


def _known_truth(groups, metrics):
    """Means over the pairs with known truth, metrics that compare with it first."""
    groups = [group for group in groups if any("psnr" in score.values for score in group)]
    if not groups:
        return None
    order = sorted(metrics, key=lambda metric: metric.compares_with != "truth")
    title = f"Known truth: mean over {len(groups)} pairs"
    return _score_table(title, _mean(groups, metrics), order)


def _mean(groups, metrics):
    return mean_scores(groups, [metric.name for metric in metrics])


def _score_table(title, scores, metrics):
    metrics = [m for m in metrics if any(m.name in score.values for score in scores)]
    table = Table(
        title,
        "method",
        [score.method for score in scores],
        [metric.name for metric in metrics],
        [[score.values.get(metric.name) for metric in metrics] for score in scores],
        [-1 if metric.lower_is_better else 1 for metric in metrics],
        [decimals(metric) for metric in metrics],
    )
    if any(score.seconds is not None for score in scores):
        table = table.with_column("seconds", [score.seconds for score in scores], -1, 2)
    if any(score.peak is not None for score in scores):
        table = table.with_column("peak MB", [_megabytes(score.peak) for score in scores], 0, 0)
    return table


def decimals(metric):
    """Say how many decimals tables show of a metric."""
    return 2 if metric.name in ("psnr", "psnr_rgb") else 4


def _megabytes(peak):
    return None if peak is None else peak / 1e6


def _times(scores):
    seconds, peaks = {}, {}
    for score in scores:
        if score.seconds is not None:
            seconds.setdefault(score.method, []).append(score.seconds)
            peaks.setdefault(score.method, []).append(_megabytes(score.peak))
    if not seconds:
        return None
    rows = [[sum(found) / len(found), max(found)] for found in seconds.values()]
    columns = ["mean", "longest"]
    table = Table("Seconds a picture", "method", list(seconds), columns, rows, [-1, 0], [2, 2])
    largest = [None if None in found else max(found) for found in peaks.values()]
    return table if largest == [None] * len(rows) else table.with_column("peak MB", largest, 0, 0)
