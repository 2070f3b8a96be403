"""The paper's Tables 1-4 beside what is measured here."""

import json
from dataclasses import dataclass
from pathlib import Path

from .tables import Table

NOTE = (
    "What can be compared: MI is the normalised one; on Clock and Pepsi DWT, LP, GF and CNN come "
    "out within 0.1 of the paper's, other methods up to 0.3 away, so their versions differ. Xydeas "
    "and Piella depend on constants, windows and borders that the "
    "paper does not give, so only their order says something; IE fits no entropy (the 8-bit "
    "entropy of Clock is about 7.0 bits, published are 5.5 to 5.9) and cannot be compared. The "
    "paper's Camera and colour pairs are unpublished: the stand-ins are pairs made in its manner, "
    "one part of a sharp photograph blurred in A and the rest in B, and their numbers are others."
)


@dataclass(frozen=True)
class PaperTable:
    """A pair that stands in one of the paper's tables, or for one.

    Attributes
    ----------
    number : int
        Of the table; its figure is Fig. `number` + 5.
    pair : str
        What the pair is called in titles.
    rows : str
        Name of the paper's numbers in published.json.
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
"""Name of a pair in its folder -> its table; ``camera`` and ``coffee`` are also of the demo."""


def published_table(title, found, scores, metrics, labels):
    """Set published and measured values and their difference side by side, metric by metric.

    Parameters
    ----------
    title : str
    found : PaperTable
    scores : list of Score
        All methods on that pair.
    metrics : list of Metric
        Those with a `column` of the paper are shown.
    labels : dict of str to str
        Name of a method -> its label in the paper.

    Returns
    -------
    Table or None
        Of the methods that the paper has; None if there are none.
    """
    paper = json.loads(Path(__file__).with_name("published.json").read_text())
    rows = paper["tables"][found.rows]
    shown = [metric for metric in metrics if metric.column]
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


def _beside(published, places, metrics, measured):
    row = []
    for place, metric in zip(places, metrics):
        here = measured.get(metric.name)
        row += [published[place], here, None if here is None else here - published[place]]
    return row
