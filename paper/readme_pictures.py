"""Make the README's pictures: a stack rendered from a photograph, fused, and its depth.

Writes stack_N.png, focused far to near, and fused.png and depth.png of twostream fuse. stack.jpg
shows the farthest and the nearest focus, the fused picture and its depth. wipe.gif wipes from the
farthest focus to the fused picture and back.
"""

from pathlib import Path

from twostream.cli import fuse, parser, run
from twostream.data.contact_sheet import contact_sheet
from twostream.io import images
from twostream.metrics import psnr_rgb

from .demo_stack import demo_stack
from .wipe import write_wipe

WIDTH, SIDE = 480, 240
"""Pixels: width of the wipe, side of a picture of stack.jpg."""


def main(args):
    """Write the pictures and print the PSNR of the fused stack."""
    args.out.mkdir(parents=True, exist_ok=True)
    frames, clean = demo_stack()
    paths = [args.out / f"stack_{number}.png" for number in range(len(frames))]
    for path, frame in zip(paths, frames):
        images.write(path, frame)
    fused, depth = args.out / "fused.png", args.out / "depth.png"
    given = [*paths, "-o", fused, "--depth-preview", depth, "--align", "none", "--quiet"]
    fuse.main(fuse.arguments().parse_args([str(word) for word in given]))
    fused, depth = images.read(fused), images.read(depth)
    shown = [[frames[0]], [frames[-1]], [fused], [depth]]
    images.write(args.out / "stack.jpg", contact_sheet(shown, SIDE), quality=90)
    write_wipe(args.out / "wipe.gif", frames[0], fused, WIDTH)
    print(f"{args.out}/wipe.gif: PSNR {psnr_rgb(clean, fused):.1f} dB, of R, G and B together.")


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m paper.readme_pictures")
    p.add_argument("--out", type=Path, default=Path("out/readme"), help="write to this folder")
    return p


if __name__ == "__main__":
    run(main, arguments())
