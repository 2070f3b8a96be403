"""Draw figures like the paper's 6-9 (fused pictures with a detail) and 2 (feature maps).

Fused pictures in the folder of twostream evaluate are used; missing ones are made there.
"""

from pathlib import Path

from twostream.cli import parser, run
from twostream.cli.engine_options import add_engine, engine_of
from twostream.errors import BadInput
from twostream.evaluation.benchmark import complete_scores
from twostream.evaluation.pair_set import read_pair_sets
from twostream.evaluation.variant import ROWS, chosen_method
from twostream.io import images
from twostream.report.feature_maps import SCENE, feature_map_figure
from twostream.report.montage import pair_montage
from twostream.report.paper_pairs import PAPER_PAIRS


def main(args):
    """Write the figures and print their paths."""
    engine = engine_of(args) or "auto"
    pairs = _chosen(read_pair_sets(args.pairs), args.names)
    methods = [chosen_method(text) for text in args.methods or ROWS]
    complete_scores(pairs, methods, [], args.evaluation, args.jobs)
    args.out.mkdir(parents=True, exist_ok=True)
    for pair in pairs:
        path = args.out / f"figure_{_number(pair)}{pair.name}.png"
        images.write(path, pair_montage(pair, methods, args.evaluation))
        print(path, flush=True)
        if pair.scene == SCENE:
            path = args.out / f"figure_2_{pair.name}.png"
            images.write(path, feature_map_figure(pair, engine))
            print(path, flush=True)


def _chosen(pairs, names):
    """Choose the pairs of these names, by default those that the paper shows."""
    chosen = [p for p in pairs if (p.name in names if names else p.scene in PAPER_PAIRS)]
    missing = sorted(set(names) - {pair.name for pair in chosen})
    if missing or not chosen:
        raise BadInput(
            f"There is no pair named {missing[0]!r}."
            if missing
            else "The paper shows none of these pairs: choose pairs with --names."
        )
    return chosen


def _number(pair):
    """Make the part of a file name that gives the paper's figure of a pair, if there is one."""
    return f"{PAPER_PAIRS[pair.scene].figure}_" if pair.scene in PAPER_PAIRS else ""


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m paper.figures")
    p.add_argument(
        "--pairs", type=Path, nargs="+", required=True, help="read these folders of pairs"
    )
    p.add_argument("--names", nargs="+", default=[], help="show these pairs (default: the paper's)")
    p.add_argument(
        "--methods", nargs="*", help="choose methods as for twostream evaluate (default: all)"
    )
    p.add_argument(
        "--evaluation", type=Path, default=Path("out/evaluate"), help="keep scores in this folder"
    )
    p.add_argument("--out", type=Path, default=Path("out/figures"), help="write to this folder")
    add_engine(p, "the network of Fig. 2; for that of a method write NAME:engine=ENGINE")
    p.add_argument("--jobs", type=int, help="use this number of processes (default: one per core)")
    return p


if __name__ == "__main__":
    run(main, arguments())
