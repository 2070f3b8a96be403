"""Score fusion methods on folders of pairs, with tables in Markdown, LaTeX, CSV and JSON.

A folder of pairs holds <name>_A.png, <name>_B.png (_C ...) and, where the truth is known,
<name>_clean.png. --fused DIR or --fused NAME=DIR scores a folder of fused images, which are named
like the pairs. --external NAME='COMMAND {sources} {out}' runs a program on every pair, and measures
its time and peak memory. Finished scores are kept, so the same command resumes after an
interruption and computes only the missing scores.
"""

import sys
from pathlib import Path

from ..errors import BadInput
from ..evaluation.benchmark import evaluate, write_results
from ..evaluation.pair_set import read_pair_sets
from ..evaluation.programs import LIMIT, PRESETS, external_program
from ..evaluation.scores import External
from ..evaluation.trained_on import trained_on
from ..evaluation.variant import ROWS, chosen_method
from ..metrics import METRICS, metric
from ..report.benchmark_tables import write_tables
from . import add_workers, parser
from .engine_options import add_engine, engine_of

PAPER = [name for name, found in METRICS.items() if found.column]
TRUTH = ["psnr", "ssim", "psnr_rgb", "ssim_rgb"]


def main(args):
    """Evaluate and write the tables; exit with code 2 if a score failed."""
    pairs = read_pair_sets(args.pairs)
    _warn(trained_on(pairs))
    engine = engine_of(args)
    methods = [chosen_method(text, engine) for text in _methods(args)]
    methods += [external_program(text, args.limit) for text in args.external]
    methods += [_fused_elsewhere(text) for text in args.fused]
    check_names([found.name for found in methods])
    metrics = [metric(name) for name in args.metrics]
    scores = evaluate(pairs, methods, metrics, args.out, args.scheduler or args.jobs)
    write_results(scores, metrics, args.out)
    write_tables(pairs, scores, metrics, args.out)
    print(f"{args.out}/tables.md: {len(methods)} methods on {len(pairs)} pairs.")
    for failed in (score for score in scores if score.errors):
        for name, text in failed.errors.items():
            words = f"{name} {text}".strip()
            print(f"{failed.method} on {failed.pair}: {words}", file=sys.stderr)
    if any(score.errors for score in scores):
        sys.exit(2)


def _warn(found):
    """Warn, in one line, of pairs whose photographs are in a training set here."""
    if found:
        what = "; ".join(f"{folder}: {', '.join(scenes)}" for folder, scenes in found.items())
        print(
            f"Warning: photographs of these pairs are in training sets ({what}).", file=sys.stderr
        )


def _methods(args):
    """List the methods to score; by default all, but none if other programs are scored."""
    if args.methods is None:
        return [] if args.fused or args.external else list(ROWS)
    return args.methods


def _fused_elsewhere(text):
    name, _, folder = text.rpartition("=")
    folder = Path(folder)
    if not folder.is_dir():
        raise BadInput(f"The folder {folder} of fused pictures does not exist.")
    return External(name or folder.resolve().name, folder)


def _seconds(text):
    if not 0 < float(text) < float("inf"):
        raise ValueError(text)
    return float(text)


def check_names(names):
    """Raise BadInput if two methods have the same name: their scores would share a file."""
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise BadInput(
            f"Two methods have the same name: {', '.join(sorted(twice))}. Give one of them another "
            "name."
        )


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument(
        "--pairs", type=Path, nargs="+", required=True, help="read these folders of pairs"
    )
    p.add_argument(
        "--methods",
        nargs="*",
        metavar="NAME[:OPTION=VALUE,...]",
        help=f"score methods of {', '.join(ROWS)}, also with options, as in "
        "select:weights=fast (default: all)",
    )
    add_engine(p, "the networks of the methods")
    p.add_argument("--metrics", nargs="+", default=[*PAPER, *TRUTH], help="compute these metrics")
    p.add_argument(
        "--fused",
        nargs="+",
        default=[],
        metavar="[NAME=]DIR",
        help="score images that other programs fused, from these folders",
    )
    p.add_argument(
        "--external",
        action="append",
        default=[],
        metavar="NAME=COMMAND",
        help="run a program on every pair; repeat the option for further programs. COMMAND is a "
        "command line with {sources} and {out}, or with {first}, {second}, {folder} (which holds "
        f"the sources) and {{scratch}} (empty). Known programs: {', '.join(PRESETS)}",
    )
    p.add_argument(
        "--limit",
        type=_seconds,
        default=LIMIT,
        help="stop a program of --external after this number of seconds",
    )
    p.add_argument("--out", type=Path, default=Path("out/evaluate"), help="write to this folder")
    add_workers(p)
    return p
