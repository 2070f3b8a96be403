"""Convert a trained CNN (prototxt/cnn/train_val.prototxt) to the weights of its deploy net.

The deploy net has convolutions in place of the fully connected layers used in training.
"""

from pathlib import Path

from twostream.caffe_files.caffemodel import read_weights, write_weights
from twostream.cli import parser, run
from twostream.nets.cnn import as_convolutions, deploy


def main(args):
    """Write the caffemodel."""
    write_weights(args.out, deploy(), as_convolutions(read_weights(args.trained)))
    print(args.out)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m paper.as_convolutions")
    p.add_argument("trained", type=Path, help="caffemodel from the training")
    p.add_argument("--out", type=Path, required=True, help="caffemodel to write")
    return p


if __name__ == "__main__":
    run(main, arguments())
