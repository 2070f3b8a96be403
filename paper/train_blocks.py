"""Train the classifiers of the method block_classifier on scikit-image's photographs.

The toolkit ships them. Training takes seconds and needs scikit-learn:
pip install '.[classifiers]'.
"""

import json
from pathlib import Path

from twostream.cli import parser, run
from twostream.io.atomic import atomic_write
from twostream.training.block_classifiers import train_classifiers


def main(args):
    """Train, and write the numbers as JSON, one classifier per line."""
    parts = (
        f"{json.dumps(name)}: {json.dumps(part)}" for name, part in train_classifiers().items()
    )
    with atomic_write(args.out) as partial:
        partial.write_text("{\n" + ",\n".join(parts) + "\n}\n")
    print(args.out)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m paper.train_blocks")
    p.add_argument("--out", type=Path, required=True, help="write this JSON file")
    return p


if __name__ == "__main__":
    run(main, arguments())
