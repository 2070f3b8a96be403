"""The rows and pairs to compare, and the published numbers with ours."""

from dataclasses import dataclass

from twostream.metrics import METRICS
from twostream.report.paper_pairs import PAPER_PAIRS

from ..published import published_rows
from .qe_forms import qe_forms
from .verdicts import INCOMPARABLE, Cell, column_verdict, rank_correlation, row_verdict

OURS = "Two-stream"
ROWS = {
    "DWT": "dwt",
    "LP": "laplacian_pyramid",
    "SP": "steerable_pyramid",
    "RP": "ratio_pyramid:rule=toolbox",
    "PSFs": "psf",
    "CP": "contrast_pyramid",
    "GF": "guided_filter",
    "SRCNN": "srcnn",
    "CNN": "cnn",
    OURS: "two_stream:weights=paper",
}
"""Row of the paper's tables -> method here, an argument of `evaluation.variant.chosen_method`."""
UNPUBLISHED = {"Two-stream (weights wide)": "two_stream:weights=wide", "Select": "select"}
"""Further rows, which the paper does not have."""
CONTROLS = {"Average": "average"}
"""Rows of the table of networks alone."""
COPIES = {1: ("clockdark", "clock"), 2: ("pepsi",), 3: ("camera",), 4: ("coffee",)}
"""Number of a table -> its pairs here, the one that is shown first."""
STAND_INS = {3, 4}
"""Tables whose pairs are unpublished; similar pairs of the demo stand in for them."""

COLUMNS = {metric.column: metric for metric in METRICS.values() if metric.column}


def variants(metric):
    """List the variants of a metric that have the same range, with itself."""
    bounds = metric.low, metric.high
    return [
        found
        for name, found in METRICS.items()
        if (name == metric.name or name.startswith(f"{metric.name}_"))
        and (found.low, found.high) == bounds
    ]


@dataclass(frozen=True)
class Comparison:
    """One of the paper's tables, and the scores measured here.

    Attributes
    ----------
    number : int
    measured : dict of str to dict of str to Score
        Row -> scene of a pair -> score, for the rows of `ROWS` and `UNPUBLISHED`.
    """

    number: int
    measured: dict

    @property
    def stand_in(self):
        """Whether the pair stands in for the paper's."""
        return self.number in STAND_INS

    @property
    def title(self):
        """Name of the table and its pair."""
        return f"Table {self.number}: {PAPER_PAIRS[COPIES[self.number][-1]].title}"

    def here(self, label, column):
        """Score of a row by the default variant, on the copy that is shown."""
        return self.measured_here(label)[0].values[COLUMNS[column].name]

    def columns(self):
        """Make the cells: column -> row of the paper -> Cell."""
        rows = published_rows(self.number)
        return {
            column: {label: self._cell(label, column, rows[label][column]) for label in ROWS}
            for column in COLUMNS
        }

    def column_words(self):
        """Judge the columns: column -> word."""
        return {
            column: column_verdict(list(cells.values()), _width(column), self.stand_in)
            for column, cells in self.columns().items()
        }

    def compared_columns(self):
        """Return the columns that can be compared, like `columns`."""
        words = self.column_words()
        return {c: cells for c, cells in self.columns().items() if words[c] != INCOMPARABLE}

    def best_correlation(self, column):
        """Find the highest rank correlation of a column by any variant, on any copy."""
        published = [row[column] for row in published_rows(self.number).values()]
        return max(
            rank_correlation(published, [self.measured[row][s].values[v.name] for row in ROWS])[0]
            for v in variants(COLUMNS[column])
            for s in self.scenes()
        )

    def row_words(self):
        """Judge the methods: row of the paper -> word."""
        compared = list(self.compared_columns().values())
        return {label: row_verdict(label, compared) for label in ROWS}

    def forms_of_copies(self):
        """Compute the forms of Qe, for each copy of the pair: row of the paper -> `qe_forms`."""
        copies = zip(*(self.measured_here(label) for label in ROWS))
        return [dict(zip(ROWS, (qe_forms(s.values) for s in scores))) for scores in copies]

    def measured_here(self, label):
        """Return the scores of a row on the copies of the pair, the one that is shown first."""
        return [self.measured[label][scene] for scene in self.scenes()]

    def scenes(self):
        """Return the names of the measured copies of the pair."""
        return [scene for scene in COPIES[self.number] if scene in self.measured[OURS]]

    def _cell(self, label, column, published):
        values = [value for score in self.measured_here(label) for value in _values(score, column)]
        return Cell(published, self.here(label, column), min(values), max(values))


def _width(column):
    """Return the width of the range of a column's metric."""
    return COLUMNS[column].high - COLUMNS[column].low


def _values(score, column):
    """Return the values of all variants of a column's metric."""
    found = [score.values.get(variant.name) for variant in variants(COLUMNS[column])]
    forms = qe_forms(score.values).values() if column == "Qe" else ()
    return [value for value in (*found, *forms) if value is not None]
