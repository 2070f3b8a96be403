"""Write a report as one HTML file: pairs to compare in a browser, tables, the paper's figures.

The file needs no network and no other files. Scores and fused pictures in the folder of
twostream evaluate are used; missing ones are made there.
"""

from pathlib import Path

from ..evaluation.benchmark import Benchmark, complete_scores
from ..evaluation.pair_set import read_pair_sets
from ..evaluation.variant import chosen_method
from ..metrics import metric
from ..report.html.benchmark_report import benchmark_report
from ..report.html.markdown import read_page
from . import parser
from .engine_options import add_engine, engine_of
from .evaluate import PAPER, TRUTH, check_names

METHODS = "average", "laplacian_pyramid", "guided_filter", "cnn", "two_stream", "select"


def main(args):
    """Score what is missing, write the report and print its path and size."""
    engine = engine_of(args)
    pages = [read_page(page) for page in args.pages]
    pairs = read_pair_sets(args.pairs)
    methods = [chosen_method(text, engine) for text in args.methods]
    check_names([method.name for method in methods])
    metrics = [metric(name) for name in (*PAPER, *TRUTH)]
    scores = complete_scores(pairs, methods, metrics, args.evaluation, args.jobs)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    benchmark = Benchmark(pairs, methods, metrics, args.evaluation, scores)
    benchmark_report(args.out, benchmark, pages, engine or "auto")
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.1f} MB, to be opened in a browser.")


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    add = p.add_argument
    add("--pairs", type=Path, nargs="+", required=True, help="read these folders of pairs")
    add(
        "--methods",
        nargs="+",
        default=METHODS,
        help="compare these methods, written as for twostream evaluate",
    )
    add(
        "--pages",
        nargs="+",
        default=[],
        metavar="PAGE[#HEADING]",
        help="also show pages in Markdown, whole or below a heading; their tables can be sorted",
    )
    add(
        "--evaluation",
        type=Path,
        default=Path("out/evaluate"),
        help="use the scores in this folder",
    )
    add("--out", type=Path, default=Path("out/report/report.html"), help="write this file")
    add_engine(p, "the networks of the methods")
    add("--jobs", type=int, help="use this number of processes (default: one per core)")
    return p
