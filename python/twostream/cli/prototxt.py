"""Write train_val.prototxt and deploy.prototxt of a two-stream network.

Without --out, write all nets of the repository to prototxt/: the paper's net, the variants of its
Fig. 5, and the nets of the compared methods cnn and srcnn. This takes no settings.

With --initial-weights, also write weights with which the net computes the average of its inputs.
With --grow, the weights compute what a smaller trained net computes. twostream train -weights FILE
starts from them.
"""

from pathlib import Path

from ..caffe_files.blobs import check_weights
from ..caffe_files.caffemodel import read_weights, write_weights
from ..caffe_files.prototxt import read_net
from ..errors import BadInput
from ..nets import generate
from ..nets.initial_weights import average_start, grown_start
from ..nets.two_stream import Design, deploy
from . import parser


def main(args):
    """Write the net that the arguments describe, or all nets."""
    if not args.out:
        if args != arguments().parse_args([]):
            raise BadInput("Settings of a net need --out; without it all nets are written.")
        for path in generate.write_all(Path("prototxt")):
            print(path)
        return
    if args.grow and not args.initial_weights:
        raise BadInput("--grow needs --initial-weights.")
    design = Design(**{name: getattr(args, name) for name in Design.__dataclass_fields__})
    for path in generate.write(args.out, design, args.data, args.patch, args.batch):
        print(path)
    if args.initial_weights:
        write_weights(args.initial_weights, deploy(design), _initial_weights(design, args.grow))
        print(args.initial_weights)


def _initial_weights(design, smaller):
    if not smaller:
        return average_start(design)
    prototxt, caffemodel = smaller
    weights = read_weights(caffemodel)
    check_weights(read_net(prototxt), weights, prototxt, caffemodel)
    return grown_start(design, weights)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument("--out", type=Path, help="write to this folder")
    p.add_argument("--filters", type=int, default=64, help="set the feature maps per layer")
    p.add_argument("--kernel", type=int, default=5, help="set the side of the filters")
    p.add_argument("--depth", type=int, default=2, help="choose 2 (2-1-2) or 3 (3-1-3)")
    p.add_argument("--stride", type=int, default=1, help="choose 1 or the filters' side")
    p.add_argument("--channels", type=int, default=1, help="set the channels of an image")
    p.add_argument("--streams", type=int, default=2, help="set the number of sources")
    p.add_argument("--shared-streams", action="store_true", help="share the weights of all streams")
    p.add_argument(
        "--no-output-relu", dest="output_relu", action="store_false", help="leave out the last ReLU"
    )
    p.add_argument("--patch", type=int, default=50, help="set the side of a training patch")
    p.add_argument("--batch", type=int, default=16, help="set the patches per batch")
    p.add_argument(
        "--data", default="data/two_stream", help="read the lists of shards in this folder"
    )
    p.add_argument("--initial-weights", type=Path, metavar="FILE", help="also write a caffemodel")
    p.add_argument(
        "--grow",
        type=Path,
        nargs=2,
        metavar=("DEPLOY", "CAFFEMODEL"),
        help="start from the weights of a net with fewer or smaller filters",
    )
    return p
