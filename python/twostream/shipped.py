"""Files that come with the toolkit: nets and their weights."""

from pathlib import Path


def _shipped(name):
    """Find a file in a clone, which has it at its top, or in an installed package."""
    here = Path(__file__).resolve().parent
    paths = [root / name for root in (here.parents[1], here)]
    return next(filter(Path.exists, paths), paths[0])


SHIPPED_NET = _shipped("prototxt/two_stream/deploy.prototxt")
SHIPPED_WEIGHTS = _shipped("weights/two_stream.caffemodel")

CNN_NET = _shipped("prototxt/cnn/deploy.prototxt")
CNN_WEIGHTS = _shipped("weights/cnn.caffemodel")

SRCNN_NET = _shipped("prototxt/srcnn/deploy.prototxt")
SRCNN_WEIGHTS = _shipped("weights/srcnn.caffemodel")
