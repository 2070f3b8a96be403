"""Files that come with the toolkit: the nets and their weights."""

from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOTS = (HERE.parents[1], HERE)
"""A clone has prototxt/ and weights/ at its top, an installed package in itself."""


def shipped(name):
    """Path of a shipped file, such as ``weights/two_stream.caffemodel``."""
    paths = [root / name for root in ROOTS]
    return next(filter(Path.exists, paths), paths[0])
