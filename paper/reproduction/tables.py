"""The generated tables of docs/reproduction.md and docs/reproduction-details.md, in Markdown."""

import numpy as np

from ..published import published_rows
from .comparison import COLUMNS, COPIES, OURS, ROWS, STAND_INS, UNPUBLISHED, Comparison, variants
from .qe_forms import FORMS, WINDOWS
from .verdicts import order_of

NETWORKS = (OURS, *UNPUBLISHED)
COMPARED = tuple(number for number in COPIES if number not in STAND_INS)
"""Tables whose pairs are here."""


def tables(measured, sources):
    """Make the tables.

    Parameters
    ----------
    measured : dict of str to dict of str to Score
        Row -> scene of a pair -> score, for all rows of `comparison`.
    sources : dict of str to float
        Scene of a stand-in -> PSNR of its better source.

    Returns
    -------
    dict of str to str
        Name of a table -> its text.
    """
    comparisons = [Comparison(number, measured) for number in COPIES]
    methods = [[label, f"`{method}`"] for label, method in {**ROWS, **UNPUBLISHED}.items()]
    return {
        "networks": _networks(comparisons, sources),
        "ours": _ours(comparisons),
        "verdict": _verdict(comparisons),
        "tables": "\n".join(_published(table) for table in comparisons),
        "forms of Qe": _forms(comparisons),
        "nearest variants": _nearest_variants(comparisons),
        "methods": _table(["row", "method and options, as `--methods` takes them"], methods),
    }


def marks(name):
    """Return the lines of the page before and after a table."""
    return f"<!-- {name}: written by make reproduction -->", f"<!-- end of {name} -->"


def _networks(comparisons, sources):
    """Tabulate PSNR on the stand-ins, time, and wins in the columns that the paper's row wins."""
    measured = comparisons[0].measured
    scenes = [scene for number in sorted(STAND_INS) for scene in COPIES[number]]
    rows = []
    for label in (*NETWORKS, "SRCNN", "CNN", "Average"):
        psnr = [f"{measured[label][scene].values['psnr']:.1f}" for scene in scenes]
        seconds = np.mean([score.seconds for score in measured[label].values()])
        won = _columns_won(label, comparisons) if label in NETWORKS else "-"
        rows.append([label, *psnr, "-" if label == "Average" else f"{seconds:.1f}", won])
    rows.append(["better source", *(f"{sources[scene]:.1f}" for scene in scenes), "-", "-"])
    columns = [f"PSNR on {scene}, dB" for scene in scenes]
    return _table(["method", *columns, "seconds", "best of the ten in"], rows)


def _columns_won(label, comparisons):
    others = [row for row in ROWS if row != OURS]
    won = [
        table.here(label, column) >= max(table.here(row, column) for row in others)
        for table in comparisons
        for column, cells in table.compared_columns().items()
        if max(cells, key=lambda row: cells[row].published) == OURS
    ]
    return f"{sum(won)} of {len(won)}"


def _ours(comparisons):
    """List the paper's own row in the tables that can be compared, with its place of ten."""
    rows = [
        [column, table.title, *(_with_place(cells, side) for side in ("published", "here")), word]
        for table in comparisons
        if table.number in COMPARED
        for (column, cells), word in zip(table.columns().items(), table.column_words().values())
    ]
    return _table(["metric", "table", "paper (place)", "ours (place)", "verdict"], rows)


def _with_place(cells, side):
    value = getattr(cells[OURS], side)
    place = 1 + sum(getattr(cell, side) > value for cell in cells.values())
    return f"{value:.4f} ({place})"


def _verdict(comparisons):
    """Give verdicts on all columns, then on all rows."""
    titles = [table.title for table in comparisons]
    parts = []
    for head, words in (
        ("metric", [table.column_words() for table in comparisons]),
        ("method", [table.row_words() for table in comparisons]),
    ):
        rows = [[name, *(found[name] for found in words)] for name in words[0]]
        parts.append(_table([head, *titles], rows))
    return "\n".join(parts)


def _published(table):
    columns, words = table.columns(), table.column_words()
    rows = [
        [label, *(_cell(found[label], table.stand_in) for found in columns.values()), word]
        for label, word in table.row_words().items()
    ]
    for label in UNPUBLISHED:
        rows.append([label, *(f"- / {table.here(label, column):.4f}" for column in COLUMNS), ""])
    cells = [list(found.values()) for found in columns.values()]
    rows.append(["*rank correlation*", *(f"{order_of(c)[0]:.2f}" for c in cells), ""])
    if not table.stand_in:
        best = (f"{table.best_correlation(column):.2f}" for column in COLUMNS)
        rows.append(["*highest, by any variant*", *best, ""])
        rows.append(["*fit*", *(str(sum(cell.fits for cell in found)) for found in cells), ""])
    rows.append(["*verdict*", *words.values(), ""])
    return f"### {table.title}\n\n{_table(['method', *columns, 'verdict'], rows)}"


def _cell(cell, stand_in):
    text = f"{cell.published:.4f} / {cell.here:.4f}"
    return f"**{text}**" if cell.fits and not stand_in else text


def _forms(comparisons):
    """Average the difference of the published Qe from each form and window, on the nearest copy."""
    compared = [table for table in comparisons if table.number in COMPARED]
    rows = [
        [form, *(f"{np.mean([_distance(t, form, w) for t in compared]):.3f}" for w in WINDOWS)]
        for form in FORMS
    ]
    return _table(["form of Qe", *WINDOWS.values()], rows)


def _distance(table, form, window):
    published = published_rows(table.number)
    return min(
        np.mean([abs(forms[form, window] - published[row]["Qe"]) for row, forms in copy.items()])
        for copy in table.forms_of_copies()
    )


def _nearest_variants(comparisons):
    """Return each metric's variant and copy of the pair with the smallest mean difference."""
    compared = [table for table in comparisons if table.number in COMPARED]
    rows = [[column, *(_nearest(table, column) for table in compared)] for column in COLUMNS]
    return _table(["metric", *(table.title for table in compared)], rows)


def _nearest(table, column):
    published = published_rows(table.number)
    distances = {
        (variant, scene): np.mean(
            [
                abs(table.measured[r][scene].values[variant.name] - published[r][column])
                for r in ROWS
            ]
        )
        for variant in variants(COLUMNS[column])
        for scene in table.scenes()
    }
    variant, scene = min(distances, key=distances.get)
    return f"`{scene}`, {variant.variant}: {distances[variant, scene]:.3f}"


def _table(head, rows):
    return "".join(f"| {' | '.join(row)} |\n" for row in [head, ["---"] * len(head), *rows])
