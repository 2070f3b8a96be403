"""Score the depth maps of stacks whose true depth is known, such as those of the set raytraced.

The columns give the share of pixels whose depth is within half a frame and within one frame of the
truth. They count all pixels, or those where the truth has texture. A margin of 16 pixels is
ignored.
"""

from pathlib import Path

import cv2
import numpy as np

import twostream
from twostream.cli import parser, run
from twostream.errors import BadInput
from twostream.evaluation.pair_set import read_pair_set
from twostream.io import images
from twostream.io.pixels import luma
from twostream.report.tables import Table

from .truth.scores import FRAME

TEXTURE = 4 / 255
"""Root mean square gradient per pixel, of white 1, above which a pixel has texture."""
WINDOW = 4
"""Standard deviation in pixels of the window in which the gradient is measured."""
COLUMNS = ("all, 0.5", "all, 1", "textured, 0.5", "textured, 1", "share textured")


def main(args):
    """Fuse each stack and print the table."""
    rows, values = [], []
    for pair in read_pair_set(args.truth):
        path = pair.truth and pair.truth.with_name(f"{pair.scene}_depth.tif")
        if not (path and path.is_file()):
            raise BadInput(f"{args.truth} has no depth of {pair.name}. Make the set raytraced.")
        result = twostream.stack(pair.sources, align="none", maps=("depth",), advice=False)
        rows.append(pair.name)
        values.append(shares(result.depth_map, images.read(path), images.read(pair.truth)))
        print(pair.name, *(f"{value:.1f}" for value in values[-1]), flush=True)
    rows.append("mean")
    values.append(np.mean(values, axis=0).tolist())
    count = len(COLUMNS)
    title = "Share of pixels in %, by greatest error in frames"
    table = Table(title, "stack", rows, list(COLUMNS), values, [0] * count, [1] * count)
    print(table.markdown(), end="")


def shares(depth, truth, clean):
    """Return the percentages of `COLUMNS` for a depth map and the truth, H x W in frames."""
    inner = np.s_[FRAME:-FRAME, FRAME:-FRAME]
    error, with_texture = np.abs(depth - truth)[inner], textured(clean)[inner]
    found = [np.mean(part <= most) for part in (error, error[with_texture]) for most in (0.5, 1)]
    return [100 * float(share) for share in (*found, with_texture.mean())]


def textured(clean):
    """Return where a picture, H x W x 3, uint8, has texture: H x W, bool."""
    plane = luma(clean.astype(np.float32) / 255)
    down, across = np.gradient(plane)
    return np.sqrt(cv2.GaussianBlur(down**2 + across**2, (0, 0), WINDOW)) > TEXTURE


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m paper.score_depth")
    p.add_argument(
        "--truth",
        type=Path,
        default=Path("out/truth/raytraced"),
        help="read the stacks in this folder",
    )
    return p


if __name__ == "__main__":
    run(main, arguments())
