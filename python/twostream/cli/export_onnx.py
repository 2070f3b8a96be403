"""Write a deploy prototxt and its caffemodel as one ONNX file.

The inputs (data_a, data_b, ...) and the output (fused) keep their names; batch size, height and
width are variable.
"""

from pathlib import Path

from .. import engines
from ..engines import onnx_graph
from ..io.atomic import atomic_write
from ..nets.pretrained import files_of
from . import add_net, parser


def main(args):
    """Read the two files, check that they match, and write the graph."""
    model = onnx_graph.model(*engines.read(*files_of(args.weights, args.prototxt)))
    with atomic_write(args.out) as partial:
        partial.write_bytes(model.SerializeToString())
    print(args.out)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    add_net(p)
    p.add_argument(
        "-o", "--out", type=Path, default=Path("two_stream.onnx"), help="write this file"
    )
    return p
