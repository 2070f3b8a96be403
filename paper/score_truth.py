"""Score methods of fusion against the sets of known truth of `python -m paper.truth`.

PSNR and SSIM of R, G and B, in the whole picture, in the band near the boundaries of focus and
outside it. Tables go to tables.md, the scores of every picture to scores.json, after each row.
Every run computes all scores again.

There are rows other than methods. stack:OPTION=VALUE,... runs `twostream.stack` on the files, as in
stack:align=homography. middle_frame is the middle frame alone. best_choice and best_smooth_choice
copy pixels by their errors against the truth (of single pixels, or averaged). They take the frames
unchanged, or registered as in best_choice:align=homography.
"""

import time
from pathlib import Path

from twostream.cli import parser, run
from twostream.cli.engine_options import add_engine, engine_of
from twostream.errors import BadInput
from twostream.evaluation.programs import PRESETS, external_program
from twostream.evaluation.variant import ROWS

from .truth.rows import OTHERS, external, row
from .truth.scores import score
from .truth.tables import write_truth_tables


def main(args):
    """Score one method after the other."""
    if args.jobs < 1:
        raise BadInput("--jobs must be at least 1.")
    args.out.mkdir(parents=True, exist_ok=True)
    rows = {}
    engine = engine_of(args)
    programs = [external_program(text) for text in args.external]
    ways = [(text, row(text, engine)) for text in args.methods]
    for name, way in [*ways, *((program.name, external(program)) for program in programs)]:
        began = time.perf_counter()
        rows[name] = score(way, args.truth, args.jobs, given="sample")
        write_truth_tables(rows, args.out)
        print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)
    print((args.out / "tables.md").read_text(), end="")


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m paper.score_truth")
    names = [*ROWS, *OTHERS]
    p.add_argument(
        "--truth", type=Path, default=Path("out/truth"), help="read the sets in this folder"
    )
    p.add_argument(
        "--methods",
        nargs="+",
        default=names,
        metavar="NAME[:OPTION=VALUE,...]",
        help=f"score methods of {', '.join(names)}, also with options, as in select:weights=fast "
        "(default: all)",
    )
    p.add_argument(
        "--external",
        action="append",
        default=[],
        metavar="NAME[=COMMAND]",
        help=f"also score another program: {', '.join(PRESETS)}, or a command line with "
        "{sources} and {out}",
    )
    add_engine(p, "the networks of the methods")
    p.add_argument("--out", type=Path, default=Path("out/score_truth"), help="write to this folder")
    p.add_argument("--jobs", type=int, default=1, help="use this number of processes")
    return p


if __name__ == "__main__":
    run(main, arguments())
