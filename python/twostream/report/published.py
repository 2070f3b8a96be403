"""The paper's Tables 1-4 beside the values measured here."""

import json
from dataclasses import dataclass
from pathlib import Path

from .tables import Table

NOTE = (
    "What can be compared: MI is the normalised one. On Clock and Pepsi, DWT, LP, GF and CNN are "
    "within 0.1 of the paper's values; other methods are up to 0.3 away, so their versions differ. "
    "The row RP is compared with the ratio pyramid by a toolbox's rule, which fits better than "
    "Toet's. Xydeas and Piella depend on constants, windows and borders that the paper does not "
    "give, so only the ranking of the methods can be compared. IE cannot be compared, as it fits "
    "no entropy (the 8-bit entropy of Clock is about 7.0 bits, the published values are 5.5 to "
    "5.9). The paper's Camera and colour pairs are unpublished. The stand-ins are made in the same "
    "way, with one part of a sharp photograph blurred in A and the rest in B, so their values "
    "differ."
)

COMPARED = {"RP (toolbox's rule)": "RP"}
"""Label of a variant -> row of the paper that it is compared with, instead of the method itself."""


@dataclass(frozen=True)
class PaperTable:
    """One of the paper's tables, for its pair or for a stand-in of that pair.

    Attributes
    ----------
    number : int
        Number of the table; its pair is shown in Fig. `number` + 5.
    pair : str
        Name of the pair in titles.
    rows : str
        Key of the paper's values in published.json.
    """

    number: int
    pair: str
    rows: str

    @property
    def figure(self):
        """Number of the figure that shows the pair."""
        return self.number + 5


_CAMERA = PaperTable(3, "camera (stand-in)", "camera")

PAPER_TABLES = {
    "clock": PaperTable(1, "Clock", "clock"),
    "clockdark": PaperTable(1, "Clock, the darker copy", "clock"),
    "pepsi": PaperTable(2, "Pepsi", "pepsi"),
    "camera": _CAMERA,
    "cameralr": _CAMERA,
    "coffee": PaperTable(4, "colour (stand-in)", "color"),
}
"""Name of a pair within its folder -> its table. The demo has ``camera`` and ``coffee`` too."""


def published_table(title, found, scores, metrics, labels):
    """Make a table of published and measured values and their differences for each metric.

    Parameters
    ----------
    title : str
    found : PaperTable
    scores : list of Score
        Scores of all methods on that pair.
    metrics : list of Metric
        Those that have a `column` in the paper are shown.
    labels : dict of str to str
        Name of a method -> its label in the paper.

    Returns
    -------
    Table or None
        Rows for the methods that the paper compares; None if there are none.
    """
    paper = json.loads(Path(__file__).with_name("published.json").read_text())
    rows = paper["tables"][found.rows]
    shown = [metric for metric in metrics if metric.column]
    rows = _rows_by_label(rows, {labels.get(score.method) for score in scores})
    scores = [score for score in scores if labels.get(score.method) in rows]
    if not scores or not shown:
        return None
    places = [paper["columns"].index(metric.column) for metric in shown]
    values = [_beside(rows[labels[c.method]], places, shown, c.values) for c in scores]
    columns = [f"{metric.column} {what}" for metric in shown for what in ("paper", "here", "diff.")]
    return Table(
        title,
        "method",
        [labels[score.method] for score in scores],
        columns,
        values,
        [0] * len(columns),
        [4, 4, 2] * len(shown),
    )


def _rows_by_label(rows, labels):
    """Give each row of the paper the label of what it is compared with."""
    labels_of = {COMPARED[label]: label for label in COMPARED if label in labels}
    return {labels_of.get(row, row): values for row, values in rows.items()}


def _beside(published, places, metrics, measured):
    row = []
    for place, metric in zip(places, metrics):
        here = measured.get(metric.name)
        row += [published[place], here, None if here is None else here - published[place]]
    return row
