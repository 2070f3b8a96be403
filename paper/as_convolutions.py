"""Convert a trained CNN (prototxt/cnn/train_val.prototxt) to the weights of its deploy net.

The deploy net has convolutions in place of the fully connected layers of the training.
"""

from pathlib import Path

from twostream.caffe_files.blobs import weight_shapes
from twostream.caffe_files.caffemodel import read_weights, write_weights
from twostream.cli import parser, run
from twostream.errors import BadInput
from twostream.nets.cnn import deploy


def main(args):
    """Write the caffemodel."""
    write_weights(args.out, deploy(), as_convolutions(read_weights(args.trained)))
    print(args.out)


def as_convolutions(weights):
    """Convert trained weights of `nets.cnn.train_val` to weights of `nets.cnn.deploy`.

    A fully connected layer equals a convolution whose filter covers all features of a patch. As a
    convolution it scores every patch of a whole image.

    Parameters
    ----------
    weights : dict of str to list of numpy.ndarray
        Result of `caffe_files.caffemodel.read_weights`.

    Returns
    -------
    dict of str to list of numpy.ndarray

    Raises
    ------
    BadInput
        If the weights are not those of `train_val`.
    """
    shapes = weight_shapes(deploy())
    try:
        return {
            name: [blob.reshape(shape) for blob, shape in zip(weights[name], shapes[name])]
            for name in shapes
        }
    except (KeyError, ValueError) as error:
        raise BadInput("These are no weights of prototxt/cnn/train_val.prototxt.") from error


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m paper.as_convolutions")
    p.add_argument("trained", type=Path, help="read the caffemodel of the training")
    p.add_argument("--out", type=Path, required=True, help="write this caffemodel")
    return p


if __name__ == "__main__":
    run(main, arguments())
