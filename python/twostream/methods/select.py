"""Selection of source pixels by the two-stream network; goes beyond the paper."""

from ..fusion.select import BLOCK, CONTEXT, Select, smoothing_bytes
from ..fusion.tiled_net import TiledNet
from ..fusion.tiled_net import tile_bytes as tile_bytes_of
from ..fusion.tree import fuse_tree
from ..nets.pretrained import files_of

DECIDER, ESTIMATOR = "decision", "colour"
"""Weights of the two nets that are used by default."""


def fuse(images, *, engine="auto", weights=None, prototxt=None, tile=512, progress=False):
    """Fuse pictures by copying each pixel from the source that the network finds in focus.

    See `fusion.select`. The decision is made on the luma, for all channels, by the small net
    `decision`; near borders the estimates of another net are taken. More than two pictures are
    fused in a balanced tree.

    Parameters
    ----------
    images : sequence of numpy.ndarray
        See `twostream.methods`.
    engine : str
        See `engines.load`.
    weights : str or Path, optional
        Of the net that estimates: one of `nets.pretrained.names` (``colour`` by default), or a
        caffemodel.
    prototxt : str or Path, optional
        Deploy net of the caffemodel; by default the two-stream net.
    tile : int
        Side of the tiles in pixels. It limits the memory used and does not change the result.
    progress : bool
        Whether to show a progress bar on a terminal.
    """
    return fuse_tree(images, fusion(engine, weights, prototxt, tile), progress)


def fusion(engine="auto", weights=None, prototxt=None, tile=512, threads=None):
    """Make the fusion of neighbours in a stack, see `fusion.tree`.

    Options are those of `fuse`; `threads` as in `engines.load`.
    """
    estimator, decider = (
        TiledNet(*files, engine, tile, quantized=True, threads=threads)
        for files in _files(weights, prototxt)
    )
    return Select(estimator, decider)


def tile_bytes(shape, tile, weights=None, prototxt=None):
    """Estimate the bytes that a thread takes for images H x W x C, see `tiled_net.tile_bytes`."""
    (estimator, _), (decider, _) = _files(weights, prototxt)
    deciding = max(tile_bytes_of(decider, (*shape[:2], 1), tile), smoothing_bytes(shape))
    return deciding + tile_bytes_of(estimator, shape, BLOCK + 2 * CONTEXT)


def _files(weights, prototxt):
    """Deploy net and caffemodel of the net that estimates, and of the one that decides."""
    return files_of(weights or ESTIMATOR, prototxt), files_of(DECIDER)
