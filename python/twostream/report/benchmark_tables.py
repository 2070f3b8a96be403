"""The tables of a benchmark: one a pair, their mean, the paper's, trust, and times."""

from ..files import written_beside
from .published import NOTE, published_table
from .tables import Table
from .trust import trust_table


def write_tables(cells, metrics, out, labels=None):
    """Write tables.md and tables.tex.

    Parameters
    ----------
    cells : list of Cell
    metrics : list of Metric
    out : Path
        Folder.
    labels : dict of str to str, optional
        Name of a method -> its label in the paper.
    """
    tables = benchmark_tables(cells, metrics, labels or {})
    failures = [f"- {c.method} on {c.pair}: {text}" for c in cells for text in c.errors.values()]
    parts = [table.markdown() for table in tables] + [NOTE + "\n"]
    if failures:
        parts.append("### Failed\n\n" + "\n".join(failures) + "\n")
    for name, text in (
        ("tables.md", "\n".join(parts)),
        ("tables.tex", "\n".join(table.latex() for table in tables)),
    ):
        with written_beside(out / name) as partial:
            partial.write_text(text)


def benchmark_tables(cells, metrics, labels):
    """Make all tables of a benchmark, as a list of Table."""
    by_pair = {}
    for cell in cells:
        by_pair.setdefault(cell.pair, []).append(cell)
    tables = [_scores(pair, found, metrics) for pair, found in by_pair.items()]
    if len(by_pair) > 1:
        tables.append(_means(by_pair, metrics))
    tables += [published_table(pair, found, metrics, labels) for pair, found in by_pair.items()]
    tables += [trust_table(cells, metrics), _times(cells)]
    return [table for table in tables if table]


def _scores(title, cells, metrics):
    metrics = [m for m in metrics if any(m.name in cell.values for cell in cells)]
    return Table(
        title,
        "method",
        [cell.method for cell in cells],
        [metric.name for metric in metrics],
        [[cell.values.get(metric.name) for metric in metrics] for cell in cells],
        [-1 if metric.lower_is_better else 1 for metric in metrics],
        [2 if metric.name == "psnr" else 4 for metric in metrics],
    )


def _means(by_pair, metrics):
    """Mean over all pairs that have the value for every method."""
    columns = list(zip(*by_pair.values()))
    means = []
    for cells in columns:
        values = {m.name: _mean([cell.values.get(m.name) for cell in cells]) for m in metrics}
        values = {name: value for name, value in values.items() if value is not None}
        means.append(type(cells[0])("mean", cells[0].method, values))
    return _scores(f"Mean over {len(by_pair)} pairs", means, metrics)


def _mean(values):
    values = [value for value in values if value is not None]
    return sum(values) / len(values) if values else None


def _times(cells):
    seconds = {}
    for cell in cells:
        if cell.seconds is not None:
            seconds.setdefault(cell.method, []).append(cell.seconds)
    if not seconds:
        return None
    rows = [[_mean(found), max(found)] for found in seconds.values()]
    columns = ["mean", "longest"]
    return Table("Seconds a picture", "method", list(seconds), columns, rows, [-1, 0], [2, 2])
