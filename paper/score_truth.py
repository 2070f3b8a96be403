"""Score methods of fusion against the sets of known truth of `python -m paper.truth`.

PSNR and SSIM of R, G and B, in the whole picture, in the band near the boundaries of focus and
outside it, the best possible choice of pixels among the rows. Tables go to tables.md, the scores
of every picture to scores.json, after each method. Every run computes
all scores again.
"""

import time
from pathlib import Path

from twostream.cli import parser, run
from twostream.cli.engine_options import add_engine, engine_of
from twostream.errors import BadInput
from twostream.evaluation.variant import ROWS, chosen_method

from .truth.best_choice import best_choice
from .truth.scores import score
from .truth.tables import write_truth_tables

BEST = "best_choice"


def main(args):
    """Score one method after the other."""
    if args.jobs < 1:
        raise BadInput("--jobs must be at least 1.")
    args.out.mkdir(parents=True, exist_ok=True)
    rows = {}
    engine = engine_of(args)
    for name, way in [(name, _way(name, engine)) for name in args.methods]:
        began = time.perf_counter()
        rows[name] = score(way, args.truth, args.jobs, knows_truth=name == BEST)
        write_truth_tables(rows, args.out)
        print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)
    print((args.out / "tables.md").read_text(), end="")


def _way(text, engine):
    """Return the function that fuses the images of a row."""
    return best_choice if text == BEST else chosen_method(text, engine).fuse


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m paper.score_truth")
    names = [*ROWS, BEST]
    p.add_argument("--truth", type=Path, default=Path("out/truth"), help="folder of the sets")
    p.add_argument(
        "--methods",
        nargs="+",
        default=names,
        metavar="NAME[:OPTION=VALUE,...]",
        help=f"of {', '.join(names)}, also with options, as in select:weights=fast (default: all)",
    )
    add_engine(p, "the networks of the methods")
    p.add_argument("--out", type=Path, default=Path("out/score_truth"), help="folder to write to")
    p.add_argument("--jobs", type=int, default=1, help="number of processes")
    return p


if __name__ == "__main__":
    run(main, arguments())
