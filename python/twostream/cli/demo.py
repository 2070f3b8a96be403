"""Make multi-focus pairs from scikit-image's photographs, fuse them and measure the result."""

from pathlib import Path

from ..evaluation import demo
from . import parser
from .engine_options import add_engine, engine_of


def main(args):
    """Print one line per picture: PSNR of the average, of the network, and of select."""
    engine = engine_of(args) or "auto"
    print("PSNR of R, G and B together (the metric psnr_rgb of twostream evaluate), in dB:")
    print(f"{'picture':10} {'average':>10} {'two_stream':>10} {'select':>10}")
    for name, psnr in demo.fuse_scenes(args.out, engine):
        print(f"{name:10} " + " ".join(f"{value:10.1f}" for value in psnr.values()), flush=True)
    print(f"See {args.out}/demo.jpg: the sources in two rows, the fused pictures below.")


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument("--out", type=Path, default=Path("out/demo"), help="write to this folder")
    add_engine(p)
    return p
