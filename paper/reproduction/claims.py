"""Whether the paper's three claims (end of its section 1) hold for a network of this toolkit."""

from dataclasses import dataclass

from .comparison import BESIDE, COPIES, OURS, ROWS, STAND_INS
from .verdicts import SHARE

CANDIDATES = OURS, *BESIDE
"""Rows of networks of this toolkit: the paper's own, then those with other weights or rules."""
NETWORKS = "SRCNN", "CNN"
"""The compared methods that are networks too, beside which claim 3 is about speed."""

CLAIMS = {
    "1: one network learns fusion end to end": "its output on the stand-ins, whose truth is known, "
    "has a higher PSNR than the plain average",
    "2: it maps many inputs to one output": "the same PSNR is higher than that of either source",
    "3a: it has good quality": "it is the best of the ten in at least "
    f"{SHARE:.0%} of those columns in which the paper's row is (columns that can be compared)",
    "3b: it is fast": f"it is faster than {' and '.join(NETWORKS)}, by the mean over the pairs",
}
"""Claim -> how it is judged. That the framework is the first of its kind is not measured."""


@dataclass(frozen=True)
class Judged:
    """What was found on one claim for one network: ``holds``, ``in part`` or ``does not hold``."""

    word: str
    figures: str


def judge(label, comparisons, sources):
    """Judge the claims for one row.

    Parameters
    ----------
    label : str
        Row of the network, of `CANDIDATES`.
    comparisons : list of Comparison
        Of all tables.
    sources : dict of str to float
        Scene of a stand-in -> PSNR of its better source.

    Returns
    -------
    list of Judged
        In the order of `CLAIMS`.
    """
    measured = comparisons[0].measured
    scenes = [scene for number in sorted(STAND_INS) for scene in COPIES[number]]
    psnr = {scene: measured[label][scene].values["psnr"] for scene in scenes}
    average = {scene: measured["Average"][scene].values["psnr"] for scene in scenes}
    return [
        _above(psnr, average),
        _above(psnr, sources),
        _good(label, comparisons, scenes),
        _fast(label, measured),
    ]


def _above(psnr, others):
    higher = [psnr[scene] > others[scene] for scene in psnr]
    pairs = [f"{scene} {psnr[scene]:.1f} against {others[scene]:.1f} dB" for scene in psnr]
    return Judged(_word(higher), ", ".join(pairs))


def _good(label, comparisons, scenes):
    """Find in which columns of the paper's victories the row here is the best, too."""
    won = {
        f"{table.number} {column}": _is_best(label, table, column)
        for table in comparisons
        for column, cells in table.compared_columns().items()
        if max(cells, key=lambda row: cells[row].published) == OURS
    }
    best = [name for name, here in won.items() if here]
    text = f"{len(best)} of {len(won)}" + (f": {', '.join(best)}" if best else "")
    places = [f"{_place(label, comparisons[0].measured, scene)} on {scene}" for scene in scenes]
    text += f"; by PSNR it is number {' and '.join(places)}"
    return Judged(_word(list(won.values()), SHARE), text)


def _place(label, measured, scene):
    """Place of a row among the paper's other rows by PSNR, from 1."""
    others = [measured[row][scene].values["psnr"] for row in ROWS if row != OURS]
    return 1 + sum(other > measured[label][scene].values["psnr"] for other in others)


def _is_best(label, table, column):
    others = [table.here(row, column) for row in ROWS if row != OURS]
    return table.here(label, column) >= max(others)


def _fast(label, measured):
    seconds = {row: _mean_seconds(measured[row]) for row in (label, *NETWORKS)}
    figures = ", ".join(f"{row} {value:.1f} s" for row, value in seconds.items())
    return Judged(_word([seconds[label] < seconds[row] for row in NETWORKS]), figures)


def _mean_seconds(scores):
    seconds = [score.seconds for score in scores.values()]
    return sum(seconds) / len(seconds)


def _word(found, needed=1.0):
    """Say whether enough of what a claim needs was found."""
    share = sum(found) / len(found) if found else 0
    return "holds" if share >= needed else "in part" if share else "does not hold"
