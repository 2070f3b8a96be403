"""Tables of a benchmark: the paper's pairs, means, known truth, rank correlation, times, others."""

from ..io.atomic import atomic_write
from .means import EQUAL_PSNR, mean_scores
from .paper_pairs import paper_pairs
from .rank_correlation import rank_correlation_table
from .tables import Table

MEANS = (
    f"Means: a metric is averaged over the pairs for which every method has it. The infinite PSNR "
    f"of an image that equals the truth counts as {EQUAL_PSNR:.1f} dB (half a 16-bit step)."
)


def write_tables(pairs, scores, metrics, out):
    """Write tables.md and tables.tex into the folder `out`.

    The scores are by pair, then by method, of the same methods for every pair.
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
    papers = paper_pairs(pairs)
    truth_first = sorted(metrics, key=lambda metric: metric.compares_with != "truth")
    tables = [
        *_paper_tables(papers, found, metrics),
        *_mean_tables(found, truth_first),
        _known_truth(list(found.values()), truth_first),
        *(_score_table(p.name, found[p], truth_first) for p in pairs if p not in papers),
        rank_correlation_table(scores, metrics),
        _times(scores),
    ]
    return [table for table in tables if table]


def scores_of_pairs(pairs, scores):
    """Group scores by pair: dict of Pair to list of Score."""
    by_name = {}
    for score in scores:
        by_name.setdefault(score.pair, []).append(score)
    return {pair: by_name[pair.name] for pair in pairs}


def _paper_tables(papers, found, metrics):
    for pair, place in papers.items():
        title = f"Table {place.table}: {place.title}, {pair.folder}/{pair.scene}"
        yield _score_table(title, found[pair], metrics)


def _mean_tables(found, metrics):
    """Yield the means over the pairs of each folder, and over all pairs of several folders."""
    folders = {}
    for pair, scores in found.items():
        folders.setdefault(pair.folder, []).append(scores)
    for folder, groups in folders.items():
        if len(groups) > 1:
            yield _mean_table(f"Mean over the {len(groups)} pairs in {folder}", groups, metrics)
    if len(folders) > 1:
        yield _mean_table(f"Mean over all {len(found)} pairs", list(found.values()), metrics)


def _known_truth(groups, metrics):
    """Average over the pairs with known truth, if other pairs have none."""
    known = [group for group in groups if any("psnr" in score.values for score in group)]
    if not 0 < len(known) < len(groups):
        return None
    return _mean_table(
        f"Known truth: mean over {len(known)} of {len(groups)} pairs", known, metrics
    )


def _mean_table(title, groups, metrics):
    means = mean_scores(groups, [metric.name for metric in metrics])
    return _score_table(title, means, metrics)


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
        peaks = [None if score.peak is None else score.peak / 1e6 for score in scores]
        table = table.with_column("peak MB", peaks, 0, 0)
    return table


def decimals(metric):
    """Return the number of decimals that tables show of a metric."""
    return 2 if metric.name in ("psnr", "psnr_rgb") else 4


def _times(scores):
    seconds, peaks = {}, {}
    for score in scores:
        if score.seconds is not None:
            seconds.setdefault(score.method, []).append(score.seconds)
            peaks.setdefault(score.method, []).append(score.peak)
    if not seconds:
        return None
    rows = [[sum(found) / len(found), max(found)] for found in seconds.values()]
    columns = ["mean", "longest"]
    table = Table("Seconds per image", "method", list(seconds), columns, rows, [-1, 0], [2, 2])
    largest = [None if None in found else max(found) / 1e6 for found in peaks.values()]
    return table if largest == [None] * len(rows) else table.with_column("peak MB", largest, 0, 0)
