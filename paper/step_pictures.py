"""Make the pictures of docs/how-it-decides.md: the steps in which `select` fuses a stack.

Writes frame_N.png, a stack rendered from a photograph, steps/ by twostream fuse --save-steps, and
step_1.jpg to step_6.jpg, which show steps side by side.
"""

from pathlib import Path

import cv2
import numpy as np

from twostream.cli import fuse, parser, run
from twostream.io import images
from twostream.metrics import psnr_rgb

from .demo_stack import demo_stack

PLANES, STRENGTH = 4, 16
"""Frames of the stack, and its strongest blur: stronger than that of the README's stack."""
SHOWN = (
    ("frame_1", "frame_4"),
    ("focus_score_1-2_3-4", "decision_unsmoothed_1-2_3-4"),
    ("decision_1-2_3-4", "focus_map"),
    ("copied", "boundary"),
    ("estimate", "result"),
)
"""Steps that each picture shows. The last picture shows a detail: copied, result and truth."""
DETAIL = slice(33, 93), slice(140, 200)
"""Rows and columns of the detail."""
WIDTH, GAP = 968, 8
"""Pixels: width of a picture, and of the white between two steps."""


def main(args):
    """Fuse the stack, write the pictures, and print the PSNR with and without the estimate."""
    args.out.mkdir(parents=True, exist_ok=True)
    frames, truth = demo_stack(PLANES, STRENGTH)
    paths = [args.out / f"frame_{number}.png" for number in range(1, len(frames) + 1)]
    for path, frame in zip(paths, frames):
        images.write(path, frame)
    given = [*paths, "-o", args.out / "fused.png", "--save-steps", args.out / "steps"]
    fuse.main(fuse.arguments().parse_args([*map(str, given), "--align", "none", "--quiet"]))
    steps = {path.stem[3:]: images.read(path) for path in (args.out / "steps").iterdir()}
    shown = [[steps[name] for name in names] for names in SHOWN]
    shown.append([picture[DETAIL] for picture in (steps["copied"], steps["result"], truth)])
    for number, pictures in enumerate(shown, 1):
        images.write(args.out / f"step_{number}.jpg", side_by_side(pictures), quality=85)
    copied, fused = (psnr_rgb(truth, steps[name]) for name in ("copied", "result"))
    print(f"PSNR of R, G and B: pixels copied {copied:.1f} dB, result {fused:.1f} dB.")


def side_by_side(pictures):
    """Scale pictures of one size, and put them side by side on white; uint8, H x `WIDTH` x 3."""
    width = (WIDTH - GAP * (len(pictures) - 1)) // len(pictures)
    size = width, round(width * pictures[0].shape[0] / pictures[0].shape[1])
    way = cv2.INTER_AREA if width < pictures[0].shape[1] else cv2.INTER_CUBIC
    sheet = np.full((size[1], WIDTH, 3), 255, np.uint8)
    for number, picture in enumerate(pictures):
        scaled = cv2.resize(picture, size, interpolation=way)
        start = number * (width + GAP)
        sheet[:, start : start + width] = scaled if scaled.ndim == 3 else scaled[..., None]
    return sheet


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m paper.step_pictures")
    p.add_argument("--out", type=Path, default=Path("out/steps"), help="write into this new folder")
    return p


if __name__ == "__main__":
    run(main, arguments())
