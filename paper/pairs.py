"""Make multi-focus pairs with known truth, for twostream evaluate.

The object of each photograph (its mask, or a random smooth shape) is blurred in A, everything else
in B. Kernels, sigmas and softness of edges are used in turn and listed in pairs.csv.
"""

from itertools import product
from pathlib import Path

from twostream.cli import parser, run
from twostream.data.defocus import Blur
from twostream.data.pairs import write_pairs
from twostream.data.sources import bundled, folder
from twostream.errors import BadInput


def main(args):
    """Write the pairs and print one line for each."""
    if min(args.sigma) <= 0 or min(args.softness) < 0 or args.count < 1:
        raise BadInput("Sigmas and --count must be above 0, --softness at least 0.")
    if args.masks and not args.images:
        raise BadInput("--masks needs --images.")
    if args.images:
        found = folder.photographs(args.images, args.masks)
    else:
        found = bundled.photographs(with_demo=True)
    kinds = product(args.sigma, args.kernel, args.softness)
    settings = [(Blur(sigma, kernel), softness) for sigma, kernel, softness in kinds]
    step = max(1, len(found) // args.count)
    for row in write_pairs(found[::step][: args.count], args.out, settings, args.seed):
        print(f"{row['name']}: {row['kernel']}, sigma {row['sigma']}, softness {row['softness']}")


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m paper.pairs")
    p.add_argument("--images", type=Path, help="folder of photographs (default: scikit-image's)")
    p.add_argument("--masks", type=Path, help="folder of object masks with the same base names")
    p.add_argument("--out", type=Path, default=Path("out/pairs"), help="folder to write to")
    p.add_argument("--count", type=int, default=20, help="largest number of pairs")
    p.add_argument("--sigma", type=float, nargs="+", default=[1, 2, 4, 8], help="in pixels")
    p.add_argument(
        "--kernel", nargs="+", choices=("gaussian", "disc"), default=["gaussian", "disc"]
    )
    p.add_argument("--softness", type=float, nargs="+", default=[1], help="of edges, in pixels")
    p.add_argument("--seed", type=int, default=2018, help="seed of all random choices")
    return p


if __name__ == "__main__":
    run(main, arguments())
