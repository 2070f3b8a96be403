"""Train the classifiers of the method block_classifier anew, on scikit-image's photographs.

They come with the toolkit. Training takes seconds and needs scikit-learn:
pip install '.[classifiers]'.
"""

from pathlib import Path

from twostream.cli import parser, run
from twostream.training.block_classifiers import write_classifiers


def main(args):
    """Write the file of numbers."""
    write_classifiers(args.out)
    print(args.out)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m paper.train_blocks")
    p.add_argument("--out", type=Path, required=True, help="JSON file to write")
    return p


if __name__ == "__main__":
    run(main, arguments())
