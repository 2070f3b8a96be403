"""Score methods of fusion against the sets of known truth of `twostream truth`.

PSNR and SSIM of R, G and B, in the whole picture, in the band beside the borders of focus and
outside it, the best possible choice of pixels among the rows. Tables go to tables.md, the scores
of every picture to scores.json, after each method. Nothing is kept from run to run.
"""

import json
import math
import time
from functools import partial
from pathlib import Path

from ..errors import BadInput
from ..evaluation.best_choice import best_choice
from ..evaluation.truth_scores import score
from ..io.atomic import atomic_write
from ..methods import METHODS, fuse, method
from ..report.truth_tables import NOTE, truth_tables, worse_than_controls
from . import parser

NETS = ("two_stream", "select")
BEST = "best_choice"


def main(args):
    """Score one method after the other."""
    if args.jobs < 1:
        raise BadInput("--jobs must be at least 1.")
    args.out.mkdir(parents=True, exist_ok=True)
    rows = {}
    for name, way in _ways(args):
        began = time.perf_counter()
        rows[name] = score(way, args.truth, args.jobs, knows_truth=name == BEST)
        _write(rows, args.out)
        print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)
    print((args.out / "tables.md").read_text(), end="")


def _ways(args):
    """List the name of each row and its callable; a network has one row for each weights."""
    ways = []
    for name in args.methods:
        if name in NETS:
            ways += [_net(name, weights, args.prototxt) for weights in args.weights]
        else:
            ways.append((name, best_choice if name == BEST else method(name).fuse))
    return ways


def _net(name, weights, prototxt):
    label = name if weights == "default" else f"{name} {Path(weights).stem}"
    return label, partial(fuse, method=name, weights=weights, prototxt=prototxt)


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
        if name.split()[0] == "two_stream"
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
    p.add_argument("--methods", nargs="+", default=names, help=f"of {', '.join(names)} (all)")
    p.add_argument(
        "--weights",
        nargs="+",
        default=["default"],
        metavar="NAME|FILE",
        help="of the rows two_stream and select (%(default)s)",
    )
    p.add_argument("--prototxt", metavar="FILE", help="deploy net of the weights")
    p.add_argument("--out", type=Path, default=Path("out/score_truth"), help="(%(default)s)")
    p.add_argument("--jobs", type=int, default=1, help="processes (%(default)s)")
    return p
