"""Score methods on folders of pairs, and write the table of docs/results.md.

Scores and fused pictures are kept in the folder of twostream evaluate.
"""

from pathlib import Path

from twostream.cli import parser, run
from twostream.evaluation.benchmark import complete_scores
from twostream.evaluation.pair_set import read_pair_sets
from twostream.evaluation.variant import ROWS, chosen_method
from twostream.metrics import metric
from twostream.report.benchmark_tables import scores_of_pairs
from twostream.report.means import mean_scores
from twostream.report.tables import Table

from .marked_lines import replace_marked

METRICS = {"mutual_information": "MI", "qabf": "Q^AB/F", "qw": "Qw"}
"""Metric -> heading of its columns, one for each set of pairs."""

MARKS = "<!-- results: written by make results-table -->", "<!-- end of results -->"
"""Lines of the page before and after the table."""


def main(args):
    """Compute the missing scores and replace the table."""
    pairs = read_pair_sets(args.pairs)
    methods = [chosen_method(text) for text in args.methods]
    metrics = [metric(name) for name in (*METRICS, "psnr_rgb")]
    scores = complete_scores(pairs, methods, metrics, args.evaluation, args.jobs)
    labels = {method.name: method.label for method in methods}
    replace_marked(args.page, MARKS, results_table(pairs, scores, labels).markdown_rows())
    print(args.page)


def results_table(pairs, scores, labels):
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
        One row per method, and columns for the sets that are present: the pairs ``clockdark`` and
        ``pepsi``, the folder ``lytro``, and the folder ``demo``, whose truth is known.
    """
    found = scores_of_pairs(pairs, scores)
    names = [score.method for score in next(iter(found.values()))]
    table = Table("Results", "method", [labels.get(n, n) for n in names], [], [[] for _ in names])
    for heading, groups in _picture_sets(found).items():
        means = mean_scores(groups, METRICS)
        for name, short in METRICS.items():
            values = [score.values.get(name) for score in means]
            table = table.with_column(f"{heading} {short}", values, 1, 3)
    known = _of_folder(found, "demo")
    if known:
        means = mean_scores(known, ["psnr_rgb"])
        values = [score.values.get("psnr_rgb") for score in means]
        table = table.with_column("PSNR of RGB, dB", values, 1, 2)
        table = table.with_column("seconds", [score.seconds for score in means], -1, 2)
    return table


def _picture_sets(found):
    """Return the scores of each pair of the sets that are present, by heading."""
    by_scene = {pair.scene: [scores] for pair, scores in found.items()}
    sets = {
        "Clock": by_scene.get("clockdark"),
        "Pepsi": by_scene.get("pepsi"),
        "Lytro": _of_folder(found, "lytro"),
    }
    return {heading: groups for heading, groups in sets.items() if groups}


def _of_folder(found, folder):
    return [scores for pair, scores in found.items() if pair.folder == folder]


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m paper.results_table")
    p.add_argument(
        "--pairs", type=Path, nargs="+", required=True, help="read these folders of pairs"
    )
    p.add_argument(
        "--methods",
        nargs="+",
        default=ROWS,
        help="choose methods as for twostream evaluate (default: all)",
    )
    p.add_argument(
        "--page",
        type=Path,
        default=Path("docs/results.md"),
        help="write to this page (default: docs/results.md)",
    )
    p.add_argument(
        "--evaluation", type=Path, default=Path("out/evaluate"), help="keep scores in this folder"
    )
    p.add_argument("--jobs", type=int, help="use this number of processes (default: one per core)")
    return p


if __name__ == "__main__":
    run(main, arguments())
