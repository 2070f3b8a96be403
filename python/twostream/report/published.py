"""The paper's Tables 1-4 beside what is measured here."""

import json
from pathlib import Path

from .tables import Table

NOTE = (
    "What can be compared: MI is the normalised one and comes out within about 0.05 of the paper's "
    "for the same method; Xydeas and Piella depend on constants, windows and borders that the "
    "paper does not give, so only their order says something; IE fits no entropy (the 8-bit "
    "entropy of Clock is about 7.0 bits, published are 5.5 to 5.9) and cannot be compared. The "
    "paper's Camera and colour pairs are unpublished: a pair of that name here is another one."
)


def published_table(pair, cells, metrics, labels):
    """Set published and measured values and their difference side by side, metric by metric.

    Parameters
    ----------
    pair : str
        Name of the pair, such as ``clock`` or ``clockdark``.
    cells : list of Cell
        All methods on that pair.
    metrics : list of Metric
        Those with a `column` of the paper are shown.
    labels : dict of str to str
        Name of a method -> its label in the paper.

    Returns
    -------
    Table or None
        None if the paper has no table of such a pair or none of the methods is in it.
    """
    rows = _paper()["tables"].get(_table_of(pair))
    shown = [metric for metric in metrics if metric.column]
    cells = [cell for cell in cells if rows and labels.get(cell.method) in rows]
    if not cells or not shown:
        return None
    places = [_paper()["columns"].index(metric.column) for metric in shown]
    values = [_beside(rows[labels[c.method]], places, shown, c.values) for c in cells]
    columns = [f"{metric.column} {what}" for metric in shown for what in ("paper", "here", "diff.")]
    return Table(
        f"{pair}: the paper's table beside what is measured here",
        "method",
        [labels[cell.method] for cell in cells],
        columns,
        values,
        [0] * len(columns),
        [4, 4, 2] * len(shown),
    )


def _beside(published, places, metrics, measured):
    row = []
    for place, metric in zip(places, metrics):
        here = measured.get(metric.name)
        row += [published[place], here, None if here is None else here - published[place]]
    return row


def _table_of(pair):
    """Table for a pair: two Clocks circulate, ``clock`` and the darker ``clockdark``."""
    return {"clockdark": "clock", "colour": "color"}.get(pair, pair)


def _paper():
    return json.loads(Path(__file__).with_name("published.json").read_text())
