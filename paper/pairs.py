"""Make multi-focus pairs with known truth, for twostream evaluate.

The object of each photograph (its mask, or a random smooth shape) is blurred in A, everything else
in B. Kernels, sigmas and softness of edges are used in turn and listed in pairs.csv.
"""

import csv
import zlib
from dataclasses import asdict
from itertools import product
from pathlib import Path

import numpy as np

from twostream.cli import parser, run
from twostream.data.defocus import Blur
from twostream.data.object_regions import object_region
from twostream.data.pairs import make_pair
from twostream.data.sources import bundled, folder, read_image
from twostream.errors import BadInput
from twostream.io import images
from twostream.io.atomic import atomic_write


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


def write_pairs(photographs, out, settings, seed=2018):
    """Write a pair set with known truth: ``<name>_A.png``, ``<name>_B.png``, ``<name>_clean.png``.

    Parameters
    ----------
    photographs : list of Photograph
    out : str or Path
        Folder, created if missing.
    settings : list of (Blur, float)
        Blur of both pictures and softness of the region's edge; used in turn.
    seed : int
        Seed of the random regions.

    Yields
    ------
    dict
        name, kernel, sigma and softness of each pair, after it is written. At the end they are
        all listed in ``pairs.csv``.
    """
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, photograph in enumerate(photographs):
        blur, softness = settings[number % len(settings)]
        rng = np.random.default_rng([seed, zlib.crc32(photograph.name.encode())])
        clean = read_image(photograph)
        region = object_region(photograph, clean.shape[:2], rng)
        pair = make_pair(clean, region, (blur, blur), softness)
        for part, image in zip(("A", "B", "clean"), (*pair, clean)):
            images.write(out / f"{photograph.name}_{part}.png", image)
        rows.append({"name": photograph.name, **asdict(blur), "softness": softness})
        yield rows[-1]
    with atomic_write(out / "pairs.csv") as partial, partial.open("w", newline="") as file:
        table = csv.DictWriter(file, ["name", "kernel", "sigma", "softness"], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m paper.pairs")
    p.add_argument(
        "--images", type=Path, help="read photographs in this folder (default: scikit-image's)"
    )
    p.add_argument("--masks", type=Path, help="read object masks with the same base names")
    p.add_argument("--out", type=Path, default=Path("out/pairs"), help="write to this folder")
    p.add_argument("--count", type=int, default=20, help="limit the number of pairs")
    p.add_argument(
        "--sigma", type=float, nargs="+", default=[1, 2, 4, 8], help="blur by these pixels"
    )
    p.add_argument(
        "--kernel",
        nargs="+",
        choices=("gaussian", "disc"),
        default=["gaussian", "disc"],
        help="use these kernels",
    )
    p.add_argument(
        "--softness", type=float, nargs="+", default=[1], help="soften edges by these pixels"
    )
    p.add_argument("--seed", type=int, default=2018, help="set the seed of all random choices")
    return p


if __name__ == "__main__":
    run(main, arguments())
