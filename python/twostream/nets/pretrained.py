"""The nets and weights that come with the toolkit."""

from pathlib import Path


def _shipped(name):
    """Find a file in a clone, which has it at its top, or in an installed package."""
    here = Path(__file__).resolve().parent
    paths = [root / name for root in (here.parents[2], here.parent)]
    return next(filter(Path.exists, paths), paths[0])


PAPER_NET = _shipped("prototxt/two_stream/deploy.prototxt")

NETS = {
    "wide": (_shipped("prototxt/wide/deploy.prototxt"), _shipped("weights/wide.caffemodel")),
    "best": (
        _shipped("prototxt/multiscale/deploy.prototxt"),
        _shipped("weights/multiscale.caffemodel"),
    ),
    "decision": (
        _shipped("prototxt/decision/deploy.prototxt"),
        _shipped("weights/decision.caffemodel"),
    ),
    "colour": (_shipped("prototxt/colour/deploy.prototxt"), _shipped("weights/colour.caffemodel")),
    "fast": (_shipped("prototxt/fast/deploy.prototxt"), _shipped("weights/fast.caffemodel")),
    "robust": (PAPER_NET, _shipped("weights/two_stream.caffemodel")),
    "paper": (PAPER_NET, _shipped("weights/paper.caffemodel")),
}
"""Name of shipped weights -> deploy net and caffemodel; weights/README.md describes them."""

CNN_NET = _shipped("prototxt/cnn/deploy.prototxt")
CNN_WEIGHTS = _shipped("weights/cnn.caffemodel")

SRCNN_NET = _shipped("prototxt/srcnn/deploy.prototxt")
SRCNN_WEIGHTS = _shipped("weights/srcnn.caffemodel")


def files_of(weights=None, prototxt=None):
    """Find the files of a net.

    Parameters
    ----------
    weights : str or Path, optional
        Key of `NETS` (``wide`` if not given) or path of a caffemodel.
    prototxt : str or Path, optional
        Deploy net; if not given, that of the named weights, or the paper's net for a caffemodel.

    Returns
    -------
    tuple
        Deploy net and caffemodel.
    """
    net, found = NETS.get(str(weights or "wide"), (PAPER_NET, weights))
    return prototxt or net, found
