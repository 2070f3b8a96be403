"""The table of all metrics, from their registry."""

from ..metrics import METRICS

COLUMNS = ("metric", "range", "better", "compares with", "paper", "variant")


def metric_list():
    """Format a Markdown table of all metrics, aligned so that it can be read as it is."""
    rows = [COLUMNS, *(row(metric) for metric in METRICS.values())]
    widths = [max(map(len, column)) for column in zip(*rows)]
    rows.insert(1, ["-" * width for width in widths])
    return "".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |\n"
        for row in rows
    )


def row(metric):
    """Return the cells of a metric, in the order of `COLUMNS`."""
    better = "lower" if metric.lower_is_better else "higher"
    bounds = f"{metric.low:.4g} to {metric.high:.4g}".replace("inf", "infinity")
    return metric.name, bounds, better, metric.compares_with, metric.paper, metric.variant
