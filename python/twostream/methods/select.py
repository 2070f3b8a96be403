"""Selection of source pixels by the two-stream network; goes beyond the paper."""

from ..fusion.select import Select
from ..fusion.tiled_net import TiledNet
from ..fusion.tree import fuse_tree
from ..nets.pretrained import files_of

DECIDER, ESTIMATOR = "decision", "best"
"""Weights of the two nets that are used by default."""


def fuse(images, *, engine="auto", weights=None, prototxt=None, tile=768, progress=False):
    """Fuse pictures by copying each pixel from the source that the network finds in focus.

    See `fusion.select`. The decision is made on the luma, for all channels, by the small net
    `decision`; the estimates near borders are those of the net `best`. More than two pictures are
    fused in a balanced tree.

    Parameters
    ----------
    images : sequence of numpy.ndarray
        See `twostream.methods`.
    engine : str
        See `engines.load`.
    weights : str or Path, optional
        Pretrained weights by name (``best``, ``wide``, ``fast``, ``robust``, ``paper``), or a
        caffemodel, of one net that both decides and estimates.
    prototxt : str or Path, optional
        Deploy net of the caffemodel; by default the two-stream net.
    tile : int
        Side of the tiles in pixels. It limits the memory used and does not change the result.
    progress : bool
        Whether to show a progress bar on a terminal.
    """
    return fuse_tree(images, fusion(engine, weights, prototxt, tile), progress)


def fusion(engine="auto", weights=None, prototxt=None, tile=768):
    """Make the fusion of neighbours in a stack, see `fusion.tree`; options as of `fuse`."""
    if weights or prototxt:
        return Select(TiledNet(*files_of(weights or ESTIMATOR, prototxt), engine, tile))
    decider, estimator = (TiledNet(*files_of(name), engine, tile) for name in (DECIDER, ESTIMATOR))
    return Select(estimator, decider)
