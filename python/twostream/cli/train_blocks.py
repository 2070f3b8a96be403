"""Train the classifiers of the method block_classifier anew, on scikit-image's photographs.

They come with the toolkit. Training takes seconds and needs scikit-learn:
pip install '.[classifiers]'.
"""

from pathlib import Path

from ..training.block_classifiers import write_classifiers
from . import parser


def main(args):
    """Write the file of numbers."""
    write_classifiers(args.out)
    print(args.out)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument("--out", type=Path, required=True, help="JSON file to write")
    return p
