"""The nets and weights that come with the toolkit, by the names of their weights' files."""

import os
from pathlib import Path

from ..errors import BadInput

DEFAULT = "two_stream"
"""The paper's net, 64 filters of 5x5."""

NET_OF = {"paper": DEFAULT}
"""Weights -> folder of their net below prototxt/, if it has another name."""


def _shipped(name):
    """Find a file in a clone's root or in an installed package."""
    here = Path(__file__).resolve().parent
    paths = [root / name for root in (here.parents[2], here.parent)]
    return next(filter(Path.exists, paths), paths[0])


def names():
    """List the available pretrained weights; an installed package lacks ``cnn``."""
    return sorted(path.stem for path in _shipped("weights").glob("*.caffemodel"))


def shipped_files(name):
    """Return the deploy net and the caffemodel of pretrained weights, whether they exist or not."""
    net = _shipped(f"prototxt/{NET_OF.get(name, name)}/deploy.prototxt")
    return net, _shipped(f"weights/{name}.caffemodel")


def files_of(weights=None, prototxt=None):
    """Find the deploy net and the caffemodel of weights, which are one of `names` or a path.

    The net is `prototxt` if that is given, else that of the named weights, or the paper's for a
    caffemodel. Raise BadInput if there are no such weights.
    """
    weights = weights or DEFAULT
    if not isinstance(weights, (str, os.PathLike)):
        raise BadInput(f"Weights are a name or the path of a caffemodel, not {weights!r}.")
    if str(weights) in names():
        net, weights = shipped_files(str(weights))
    elif Path(weights).suffix == ".caffemodel" or Path(weights).exists():
        net, _ = shipped_files(DEFAULT)
    else:
        raise BadInput(
            f"There are no weights {str(weights)!r}. Choose one of {', '.join(names())}, or give "
            "the path of a caffemodel."
        )
    return prototxt or net, weights
