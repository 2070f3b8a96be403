"""What the numbers themselves say: sentences computed of published and measured scores."""

import numpy as np

from ..published import published_rows
from .comparison import (
    COLUMNS,
    CONTROLS,
    COPIES,
    OURS,
    ROWS,
    STAND_INS,
    variants,
)
from .qe_forms import FORMS, WINDOWS

COMPARED = tuple(number for number in COPIES if number not in STAND_INS)
"""Tables whose pairs are here."""
SUMS = "mutual_information_sum_bits"
"""The metric that [40] of the paper defines: the sum of two mutual informations, in bits."""
TITLES = dict(zip(WINDOWS, ("8x8, flat", "11x11, Gaussian", "8x8, side by side")))


def entropy_point(comparisons):
    """Compare the published IE with the entropies of all fused pictures."""
    lines = []
    for table in comparisons:
        cells = table.columns()["IE"].values()
        published = _range([cell.published for cell in cells])
        here = _range([bound for cell in cells for bound in (cell.low, cell.high)])
        lines.append(f"{table.title}: published {published}, here {here}")
    return (
        "**IE fits no entropy.** The entropy of the gray levels of a fused picture, in bits, is "
        f"near that of its sources. {'; '.join(lines)}."
    )


def information_point(comparisons):
    """Compare the published MI with the normalised and the summed mutual information."""
    table = comparisons[0]
    cells = table.columns()["MI"].values()
    sums = [score.values[SUMS] for row in ROWS for score in table.measured_here(row)]
    published = _range([cell.published for cell in cells])
    normalised = _range([bound for cell in cells for bound in (cell.low, cell.high)])
    return (
        "**MI is normalised.** The paper cites [40], Qu, Zhang and Yan 2002, whose index is the "
        f"sum of two mutual informations in bits. {table.title}: published {published}, that sum "
        f"here {_range(sums)}, the normalised index of Hossny et al. 2008 {normalised}."
    )


def impossible_point():
    """List the published rows in which Qe is above Qw."""
    found = [
        f"{label} in Table {number} (Qw {row['Qw']:.4f}, Qe {row['Qe']:.4f})"
        for number in COPIES
        for label, row in published_rows(number).items()
        if row["Qe"] > row["Qw"]
    ]
    return (
        "**Qe above Qw.** If Qe is the product of Qw and the same index of the edges, Q'w, which "
        "is at most 1, it cannot be above Qw. Published rows where it is: "
        f"{', '.join(found) or 'none'}."
    )


def form_distances(comparisons):
    """Measure how far each form of Qe is from the published numbers.

    Parameters
    ----------
    comparisons : list of Comparison

    Returns
    -------
    dict of (str, str) to float
        Form and window, as of `qe_forms` -> mean absolute difference over the methods of the
        tables whose pairs are here, on the copy that is nearest.
    """
    tables = [table for table in comparisons if table.number in COMPARED]
    return {
        (form, window): float(np.mean([_distances(t, form, window) for t in tables]))
        for form in FORMS
        for window in WINDOWS
    }


def _distances(table, form, window):
    """Smallest mean difference over the copies of a pair."""
    published = published_rows(table.number)
    copies = [
        [abs(forms[form, window] - published[row]["Qe"]) for row, forms in copy.items()]
        for copy in table.forms_of_copies()
    ]
    return min(np.mean(copy) for copy in copies)


def form_point(comparisons):
    """Say which form of Qe is nearest to the published numbers, with all distances."""
    distances = form_distances(comparisons)
    form, window = min(distances, key=distances.get)
    header = ["form of Qe", *TITLES.values()]
    rows = [[name, *(f"{distances[name, window]:.3f}" for window in WINDOWS)] for name in FORMS]
    table = "\n".join(f"| {' | '.join(row)} |" for row in [header, ["---"] * 4, *rows])
    return (
        f"Mean difference of the published Qe from each form, by window, on Clock and Pepsi:\n\n"
        f"{table}\n\nNearest: {form}, {TITLES[window]}."
    )


def outlier_point(comparisons):
    """Describe the lowest published Xydeas: how far below the other methods' it is."""
    number, label = min(
        ((n, row) for n in COMPARED for row in ROWS),
        key=lambda place: published_rows(place[0])[place[1]]["Xydeas"],
    )
    (table,) = [found for found in comparisons if found.number == number]
    cells = table.columns()["Xydeas"]
    lowest = min(cell.published for row, cell in cells.items() if row != label)
    cell = cells[label]
    return (
        f"**{label}'s Xydeas of {cell.published:.4f}** ({table.title}) is "
        f"{lowest - cell.published:.4f} below the next method's. Ours, by all variants of the "
        f"metric, is {cell.low:.4f} to {cell.high:.4f}, so the published one is "
        f"{'within' if cell.fits else 'not within'} their spread."
    )


def ratio_point(comparisons, other="RP by Toet's rule"):
    """Compare two rules of the ratio pyramid with the published row, if the tables' is another."""
    table = comparisons[0]
    if ROWS["RP"] == CONTROLS[other]:
        return ""
    columns = ("Xydeas", "Q", "Qw")
    published = published_rows(table.number)["RP"]
    parts = [f"published {_listed(published[column] for column in columns)}"] + [
        f"{row} {_listed(table.here(row, column) for column in columns)}" for row in ("RP", other)
    ]
    far = [
        np.mean([abs(table.here(row, c) - published[c]) for c in columns]) for row in ("RP", other)
    ]
    nearer = "nearer than" if far[0] < far[1] else "not nearer than"
    return (
        f"**RP** is `{ROWS['RP']}` in these tables. {table.title}, {', '.join(columns)}: "
        f"{'; '.join(parts)}. Its mean difference, {far[0]:.3f}, is {nearer} that by Toet's "
        f"rule, {far[1]:.3f}."
    )


def nearest_variants(comparisons):
    """Make a table of the variant of each metric that is nearest to the published numbers."""
    tables = [table for table in comparisons if table.number in COMPARED]
    lines = [["metric", *(table.title for table in tables)], ["---"] * (1 + len(tables))]
    lines += [[column, *(_nearest(table, column) for table in tables)] for column in COLUMNS]
    text = "**Nearest variants**, with the mean difference over the methods and the copy of Clock:"
    return f"{text}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _nearest(table, column):
    """Name the variant and the copy of the pair with the smallest mean difference."""
    published = published_rows(table.number)
    distances = {
        (variant.variant, scene): np.mean(
            [
                abs(table.measured[r][scene].values[variant.name] - published[r][column])
                for r in ROWS
            ]
        )
        for variant in variants(COLUMNS[column])
        for scene in table.scenes()
    }
    variant, scene = min(distances, key=distances.get)
    return f"`{scene}`, {variant}: {distances[variant, scene]:.3f}"


def victories_point():
    """List the columns in which the paper's own row is not the best."""
    lost = [
        f"{column} of Table {number}"
        for number in COPIES
        for column in COLUMNS
        if max(published_rows(number).items(), key=lambda row: row[1][column])[0] != OURS
    ]
    return (
        f"**The paper's own row** is the best in {len(COPIES) * len(COLUMNS) - len(lost)} of its "
        f"{len(COPIES) * len(COLUMNS)} columns; not in {', '.join(lost)}."
    )


STAND_IN_POINT = (
    "**Camera and colour.** The paper does not publish the pairs of its Tables "
    f"{' and '.join(map(str, sorted(STAND_INS)))}, nor which parts of them are blurred and how "
    "much. The stand-ins are `camera` and `coffee` of `make demo`, made in the same way of other "
    "photographs or parts; their numbers stand beside the published ones for information only."
)


def points(comparisons):
    """All points, in Markdown."""
    found = [
        entropy_point(comparisons),
        information_point(comparisons),
        impossible_point(),
        form_point(comparisons),
        outlier_point(comparisons),
        nearest_variants(comparisons),
        victories_point(),
        ratio_point(comparisons),
        STAND_IN_POINT,
    ]
    return "\n\n".join(filter(None, found))


def _range(values):
    values = list(values)
    return f"{min(values):.2f} to {max(values):.2f}"


def _listed(values):
    return "/".join(f"{value:.3f}" for value in values)
