"""Make sets of known truth, for `python -m paper.score_truth` and `twostream evaluate`.

- borders: near objects in front of far scenes, with a lens's defocus
- half: gray pictures, mildly blurred in one half
- depth: floors and objects, focused near and far
- stacks: the same with eight planes of focus
- handheld: the camera moves
- motion: an object moves
- flicker, noise, range, alpha, outlier: stacks with the faults of real ones
- raytraced, raytraced-handheld: rendered by Mitsuba 3 (`pip install mitsuba`), only with --sets

The sets use only the photographs that `twostream dataset`, with its default seed and share, keeps
for validation. truth.csv in each folder lists the photographs of its pictures. <name>_band.png is
white near the boundaries of focus.
"""

from pathlib import Path

from twostream.cli import parser, run
from twostream.data.sources import folder
from twostream.errors import BadInput

from .material import validation_supply
from .sets import FAULTS, RENDERED, SETS, write_truth


def main(args):
    """Write the sets and print one line for each picture."""
    if args.count is not None and args.count < 1:
        raise BadInput("--count must be at least 1.")
    supply = validation_supply(folder.photographs(args.images, args.masks))
    for name, example in write_truth(supply, args.out, args.count, args.seed, args.sets):
        made_of = ", ".join(example.photographs)
        print(f"{name}/{example.name}: {example.how}; of {made_of}", flush=True)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m paper.truth")
    p.add_argument("--images", type=Path, required=True, help="read all photographs in this folder")
    p.add_argument("--masks", type=Path, help="read object masks with the same base names")
    p.add_argument("--out", type=Path, default=Path("out/truth"), help="write to this folder")
    p.add_argument("--count", type=int, help="limit the pictures per set (default: 4 to 20)")
    p.add_argument(
        "--sets",
        nargs="+",
        choices=SETS,
        default=[*RENDERED, *FAULTS],
        metavar="NAME",
        help=f"make these sets of {', '.join(SETS)} (default: all but the ray-traced)",
    )
    p.add_argument("--seed", type=int, default=2018, help="set the seed of all random choices")
    return p


if __name__ == "__main__":
    run(main, arguments())
