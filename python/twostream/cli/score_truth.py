"""Score methods of fusion against the sets of known truth of `twostream truth`.

PSNR and SSIM of R, G and B, in the whole picture, in the band beside the borders of focus and
outside it, the best possible choice of pixels among the rows. Tables go to tables.md, the scores
of every picture to scores.json, after each method. Every run computes
all scores again.
"""

import json
import math
import time
from pathlib import Path

from ..errors import BadInput
from ..evaluation.best_choice import best_choice
from ..evaluation.truth_scores import score
from ..evaluation.variant import chosen_method
from ..io.atomic import atomic_write
from ..methods import METHODS
from ..report.truth_tables import NOTE, truth_tables, worse_than_controls
from . import parser

BEST = "best_choice"


def main(args):
    """Score one method after the other."""
    if args.jobs < 1:
        raise BadInput("--jobs must be at least 1.")
    args.out.mkdir(parents=True, exist_ok=True)
    rows = {}
    for name, way in [(name, _way(name)) for name in args.methods]:
        began = time.perf_counter()
        rows[name] = score(way, args.truth, args.jobs, knows_truth=name == BEST)
        _write(rows, args.out)
        print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)
    print((args.out / "tables.md").read_text(), end="")


def _way(text):
    """Find what fuses the pictures of a row."""
    return best_choice if text == BEST else chosen_method(text).fuse


def _write(rows, out):
    finite = {
        name: {
            kind: {
                picture: {k: v if math.isfinite(v) else str(v) for k, v in values.items()}
                for picture, values in pictures.items()
            }
            for kind, pictures in scores.items()
        }
        for name, scores in rows.items()
    }
    worse = [
        line
        for name in rows
        if name.partition(":")[0] == "two_stream"
        for line in worse_than_controls(rows, name)
    ]
    parts = [table.markdown() for table in truth_tables(rows)] + [f"{NOTE}\n"]
    if worse:
        parts.append("### Worse than a control\n\n" + "\n".join(f"- {w}" for w in worse) + "\n")
    texts = {"scores.json": json.dumps(finite, indent=1) + "\n", "tables.md": "\n".join(parts)}
    for name, text in texts.items():
        with atomic_write(out / name) as partial_path:
            partial_path.write_text(text)


def arguments():
    """Command line of this tool."""
    p = parser(__doc__)
    names = [*METHODS, BEST]
    p.add_argument("--truth", type=Path, default=Path("out/truth"), help="folder (%(default)s)")
    p.add_argument(
        "--methods",
        nargs="+",
        default=names,
        metavar="NAME[:OPTION=VALUE,...]",
        help=f"of {', '.join(names)} (all), also with options: select:weights=fast",
    )
    p.add_argument("--out", type=Path, default=Path("out/score_truth"), help="(%(default)s)")
    p.add_argument("--jobs", type=int, default=1, help="processes (%(default)s)")
    return p
