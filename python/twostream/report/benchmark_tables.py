"""The tables of a benchmark: the paper's, means, known truth, trust, times, and one a pair."""

from ..io.atomic import written_beside
from .means import EQUAL_PSNR, mean_cells
from .published import NOTE, PAPER_TABLES, published_table
from .rank_correlation import trust_table
from .tables import Table

MEANS = (
    f"Means: a metric is averaged over the pairs that have it for every method; the infinite PSNR "
    f"of a picture that equals the truth counts as {EQUAL_PSNR:.1f} dB there (half a 16-bit step)."
)


def write_tables(pairs, cells, metrics, out, labels=None):
    """Write tables.md and tables.tex.

    Parameters
    ----------
    pairs : list of Pair
    cells : list of Cell
        By pair, then by method, the same methods for every pair.
    metrics : list of Metric
    out : Path
        Folder.
    labels : dict of str to str, optional
        Name of a method -> its label in the paper.
    """
    tables = benchmark_tables(pairs, cells, metrics, labels or {})
    failures = [f"- {c.method} on {c.pair}: {text}" for c in cells for text in c.errors.values()]
    parts = [table.markdown() for table in tables] + [f"{NOTE}\n", f"{MEANS}\n"]
    if failures:
        parts.append("### Failed\n\n" + "\n".join(failures) + "\n")
    for name, text in (
        ("tables.md", "\n".join(parts)),
        ("tables.tex", "\n".join(table.latex() for table in tables)),
    ):
        with written_beside(out / name) as partial:
            partial.write_text(text)


def benchmark_tables(pairs, cells, metrics, labels):
    """Make all tables of a benchmark, as a list of Table; arguments as `write_tables`."""
    found = cells_of_pairs(pairs, cells)
    others = [pair for pair in pairs if pair.scene not in PAPER_TABLES]
    tables = [
        *_paper_tables(found, metrics, labels),
        *_mean_tables(found, metrics),
        _known_truth(list(found.values()), metrics),
        trust_table(cells, metrics),
        _times(cells),
        *(_scores(pair.name, found[pair], metrics) for pair in others),
    ]
    return [table for table in tables if table]


def cells_of_pairs(pairs, cells):
    """Group cells by pair: dict of Pair to list of Cell."""
    by_name = {}
    for cell in cells:
        by_name.setdefault(cell.pair, []).append(cell)
    return {pair: by_name[pair.name] for pair in pairs}


def _paper_tables(found, metrics, labels):
    """Yield Tables 1-4: every method, then the paper's own beside what they have here."""
    known = [(PAPER_TABLES[pair.scene], pair) for pair in found if pair.scene in PAPER_TABLES]
    for table, pair in sorted(known, key=lambda both: both[0].number):
        title = f"Table {table.number}: {table.pair}, {pair.folder}/{pair.scene}"
        yield _scores(title, found[pair], metrics)
        beside = f"{title}, the paper's numbers beside those measured here"
        yield published_table(beside, table, found[pair], metrics, labels)


def _mean_tables(found, metrics):
    """Yield the means over the pairs of each folder, and over all pairs of several folders."""
    folders = {}
    for pair, cells in found.items():
        folders.setdefault(pair.folder, []).append(cells)
    for folder, groups in folders.items():
        if len(groups) > 1:
            means = _mean(groups, metrics)
            yield _scores(f"Mean over the {len(groups)} pairs in {folder}", means, metrics)
    if len(folders) > 1:
        means = _mean(list(found.values()), metrics)
        yield _scores(f"Mean over all {len(found)} pairs", means, metrics)


def _known_truth(groups, metrics):
    """PSNR and SSIM beside the metrics that know no truth, over the pairs that have one."""
    groups = [group for group in groups if any("psnr" in cell.values for cell in group)]
    if not groups:
        return None
    order = sorted(metrics, key=lambda metric: metric.compares_with != "truth")
    title = f"Known truth: mean over {len(groups)} pairs"
    return _scores(title, _mean(groups, metrics), order)


def _mean(groups, metrics):
    return mean_cells(groups, [metric.name for metric in metrics])


def _scores(title, cells, metrics):
    metrics = [m for m in metrics if any(m.name in cell.values for cell in cells)]
    table = Table(
        title,
        "method",
        [cell.method for cell in cells],
        [metric.name for metric in metrics],
        [[cell.values.get(metric.name) for metric in metrics] for cell in cells],
        [-1 if metric.lower_is_better else 1 for metric in metrics],
        [2 if metric.name == "psnr" else 4 for metric in metrics],
    )
    if any(cell.seconds is not None for cell in cells):
        table = table.with_column("seconds", [cell.seconds for cell in cells], -1, 2)
    return table


def _times(cells):
    seconds = {}
    for cell in cells:
        if cell.seconds is not None:
            seconds.setdefault(cell.method, []).append(cell.seconds)
    if not seconds:
        return None
    rows = [[sum(found) / len(found), max(found)] for found in seconds.values()]
    columns = ["mean", "longest"]
    return Table("Seconds a picture", "method", list(seconds), columns, rows, [-1, 0], [2, 2])
