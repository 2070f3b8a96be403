"""Selection of source pixels with a decision map, beyond the paper."""

from ..fusion.select import BLOCK, CONTEXT, Select, smoothing_bytes
from ..fusion.tiled_net import TiledNet
from ..fusion.tiled_net import tile_bytes as tile_bytes_of
from ..fusion.tree import fuse_tree
from ..nets.pretrained import files_of

DECIDER, ESTIMATOR = "decision", "colour"
"""Default weights of the two nets."""


def fuse(
    images, *, engine="auto", weights=None, prototxt=None, tile=512, prefer=None, progress=False
):
    """Fuse images by copying each pixel from the source that is in focus.

    See `fusion.select`. The small net `decision` makes the decision map from the lumas, for all
    channels. Near boundaries another net estimates the pixels. More than two images are fused in a
    balanced tree.

    Parameters
    ----------
    images : sequence of numpy.ndarray
        See `twostream.methods`.
    engine : str
        See `engines.load`.
    weights : str or Path, optional
        Weights of the estimator: one of `nets.pretrained.names` (``colour`` by default), or a
        caffemodel.
    prototxt : str or Path, optional
        Deploy net of the caffemodel; by default the net of `two_stream`.
    tile : int
        Side of the tiles in pixels. It limits the memory used and does not change the result.
    prefer : str, optional
        Which image to take where two are similarly sharp: ``near`` the earlier, ``far`` the later.
    progress : bool or callable
        Whether to show a progress bar on a terminal, or a function, see `progress.Bar`.
    """
    return fuse_tree(images, fusion(engine, weights, prototxt, tile, prefer=prefer), progress)


def fusion(engine="auto", weights=None, prototxt=None, tile=512, threads=None, prefer=None):
    """Return the fusion of two neighbours in a stack, see `fusion.tree`.

    Options are those of `fuse`; `threads` as in `engines.load`.
    """
    estimator, decider = (
        TiledNet(*files, engine, tile, quantized=True, threads=threads)
        for files in _files(weights, prototxt)
    )
    return Select(estimator, decider, prefer)


def tile_bytes(shape, tile, weights=None, prototxt=None):
    """Estimate the bytes that a thread takes for images H x W x C, see `tiled_net.tile_bytes`."""
    (estimator, _), (decider, _) = _files(weights, prototxt)
    deciding = max(tile_bytes_of(decider, (*shape[:2], 1), tile), smoothing_bytes(shape))
    return deciding + tile_bytes_of(estimator, shape, BLOCK + 2 * CONTEXT)


def _files(weights, prototxt):
    """Return deploy net and caffemodel of the estimator, and of the decider."""
    return files_of(weights or ESTIMATOR, prototxt), files_of(DECIDER)
