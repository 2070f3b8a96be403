"""Table of results in the README."""

from .benchmark_tables import scores_of_pairs
from .marked_lines import replace_marked
from .means import mean_scores
from .tables import Table

METRICS = {"mutual_information": "MI", "qabf": "Q^AB/F", "qw": "Qw"}
"""Metric -> heading of its columns, one for each set of pairs."""

MARKS = "<!-- results: written by make readme-table -->", "<!-- end of results -->"
"""Lines of the README before and after the table."""


def write_readme_table(path, pairs, scores, labels):
    """Replace the table between the `MARKS` of a README; other arguments as of `readme_table`.

    Raises
    ------
    BadInput
        If the file cannot be read or written, or lacks the marks.
    """
    replace_marked(path, MARKS, readme_table(pairs, scores, labels).markdown_rows())


def readme_table(pairs, scores, labels):
    """Make the table of results.

    Parameters
    ----------
    pairs : list of Pair
    scores : list of Score
        Scores by pair, then by method; the same methods for every pair.
    labels : dict of str to str
        Name of a method -> its label.

    Returns
    -------
    Table
        One row per method; columns for those of these sets that are present: the pairs
        ``clockdark`` and ``pepsi``, the folder ``lytro``, and the folder ``demo``, whose truth is
        known.
    """
    found = scores_of_pairs(pairs, scores)
    names = [score.method for score in next(iter(found.values()))]
    table = Table("Results", "method", [labels.get(n, n) for n in names], [], [[] for _ in names])
    for heading, groups in _picture_sets(found).items():
        means = mean_scores(groups, METRICS)
        for metric, short in METRICS.items():
            values = [score.values.get(metric) for score in means]
            table = table.with_column(f"{heading} {short}", values, 1, 3)
    known = _of_folder(found, "demo")
    if known:
        means = mean_scores(known, ["psnr_rgb"])
        values = [score.values.get("psnr_rgb") for score in means]
        table = table.with_column("PSNR of RGB, dB", values, 1, 2)
        table = table.with_column("seconds", [score.seconds for score in means], -1, 2)
    return table


def _picture_sets(found):
    """Heading -> scores of each pair of the set, for the sets that are present."""
    by_scene = {pair.scene: [scores] for pair, scores in found.items()}
    sets = {
        "Clock": by_scene.get("clockdark"),
        "Pepsi": by_scene.get("pepsi"),
        "Lytro": _of_folder(found, "lytro"),
    }
    return {heading: groups for heading, groups in sets.items() if groups}


def _of_folder(found, folder):
    return [scores for pair, scores in found.items() if pair.folder == folder]
