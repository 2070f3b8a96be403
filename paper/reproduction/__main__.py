"""Write the paper's 240 numbers next to ours, with verdicts, into two pages of docs/.

It needs folders with the pairs clock or clockdark, and pepsi, and the folder of twostream demo. The
demo's pairs camera and coffee stand in for unpublished ones. Scores are kept as in twostream
evaluate.
"""

from pathlib import Path

from twostream.cli import parser, run
from twostream.errors import BadInput
from twostream.evaluation.benchmark import complete_scores
from twostream.evaluation.pair_set import read_pair_sets
from twostream.evaluation.variant import chosen_method
from twostream.io import images
from twostream.metrics import METRICS, psnr

from ..marked_lines import replace_marked
from .comparison import COLUMNS, CONTROLS, COPIES, ROWS, STAND_INS, UNPUBLISHED
from .tables import marks, tables

NAMES = [
    name
    for name in METRICS
    if any(name == m.name or name.startswith(f"{m.name}_") for m in COLUMNS.values())
]
"""The paper's metrics in all their variants."""

MAIN = "networks", "ours", "verdict"
"""Tables of the main page; the others are on the page of details."""


def main(args):
    """Compute the missing scores and replace the tables."""
    pairs = chosen_pairs(read_pair_sets([*args.pairs, args.demo]), args.demo)
    measured = _measured(pairs, args)
    stand_ins = [scene for number in STAND_INS for scene in COPIES[number]]
    sources = {scene: best_source(pairs[scene]) for scene in stand_ins}
    for name, text in tables(measured, sources).items():
        page = args.page if name in MAIN else args.details
        replace_marked(page, marks(name), text)
    print(args.page, args.details, sep="\n")


def best_source(pair):
    """Return the PSNR of luma, in dB, of the source that is nearest to a Pair's truth."""
    truth = images.read(pair.truth)
    return max(psnr(truth, images.read(path)) for path in pair.sources)


def _measured(pairs, args):
    """Score all rows: row -> scene -> Score."""
    rows = {row: chosen_method(text) for row, text in {**ROWS, **UNPUBLISHED, **CONTROLS}.items()}
    methods = {method.name: method for method in rows.values()}
    metrics = [METRICS[name] for name in (*NAMES, "psnr")]
    scores = complete_scores(
        list(pairs.values()), list(methods.values()), metrics, args.out, args.jobs
    )
    found = {(score.method, score.pair): score for score in scores}
    return {
        row: {scene: found[method.name, pair.name] for scene, pair in pairs.items()}
        for row, method in rows.items()
    }


def chosen_pairs(pairs, demo):
    """Choose the pairs of the tables: scene -> Pair; stand-ins are those of the folder `demo`.

    Raises
    ------
    BadInput
        If no copy of a table's pair is found.
    """
    chosen = {}
    for number, copies in COPIES.items():
        found = {
            pair.scene: pair
            for pair in pairs
            if pair.scene in copies and (number not in STAND_INS or pair.sources[0].parent == demo)
        }
        if not found:
            raise BadInput(f"Table {number} needs the pair {' or '.join(copies)}.")
        chosen.update(found)
    return chosen


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m paper.reproduction")
    p.add_argument(
        "--pairs", type=Path, nargs="+", required=True, help="read these folders of pairs"
    )
    p.add_argument(
        "--demo",
        type=Path,
        default=Path("out/demo"),
        help="read the pairs of the demo in this folder",
    )
    p.add_argument(
        "--page", type=Path, default=Path("docs/reproduction.md"), help="write to this page"
    )
    p.add_argument(
        "--out", type=Path, default=Path("out/evaluate"), help="keep scores in this folder"
    )
    p.add_argument(
        "--details",
        type=Path,
        default=Path("docs/reproduction-details.md"),
        help="write the tables of details to this page",
    )
    p.add_argument("--jobs", type=int, help="use this number of processes (default: one per core)")
    return p


if __name__ == "__main__":
    run(main, arguments())
