"""Write train_val.prototxt and deploy.prototxt of a two-stream network.

Without --out, all nets of the repository are written: the paper's default, the variants of its
Fig. 5, and those of the compared methods cnn and srcnn; settings are refused.
"""

from pathlib import Path

from ..errors import BadInput
from ..nets import generate
from ..nets.two_stream import Design
from . import parser


def main(args):
    """Write the net that the arguments describe, or all nets."""
    if not args.out:
        if args != arguments().parse_args([]):
            raise BadInput("Settings of a net need --out; without it all nets are written.")
        for path in generate.write_all(Path("prototxt")):
            print(path)
        return
    design = Design(**{name: getattr(args, name) for name in Design.__dataclass_fields__})
    for path in generate.write(args.out, design, args.data, args.patch, args.batch):
        print(path)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument("--out", type=Path, help="folder to write to")
    p.add_argument("--filters", type=int, default=64, help="feature maps per layer (64)")
    p.add_argument("--kernel", type=int, default=5, help="side of the filters (5)")
    p.add_argument("--depth", type=int, default=2, help="2 for 2-1-2, 3 for 3-1-3 (2)")
    p.add_argument("--stride", type=int, default=1, help="1, or --kernel for no overlap (1)")
    p.add_argument("--channels", type=int, default=1, help="channels of a picture (1)")
    p.add_argument("--streams", type=int, default=2, help="source pictures (2)")
    p.add_argument("--shared-streams", action="store_true", help="same weights in all streams")
    p.add_argument(
        "--no-output-relu", dest="output_relu", action="store_false", help="linear output"
    )
    p.add_argument("--patch", type=int, default=50, help="side of a training patch (50)")
    p.add_argument("--batch", type=int, default=16, help="patches per batch (16)")
    p.add_argument("--data", default="data/two_stream", help="folder of the HDF5 lists")
    return p
