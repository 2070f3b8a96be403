"""Output of the two-stream network, the method of the paper."""

from ..fusion.network import Network
from ..fusion.tiled_net import TiledNet
from ..fusion.tiled_net import tile_bytes as tile_bytes_of
from ..fusion.tree import fuse_tree
from ..nets.pretrained import files_of


def fuse(images, *, engine="auto", weights=None, prototxt=None, tile=384, progress=False):
    """Fuse images with the two-stream network, channel by channel.

    Xu et al., "Multi-focus Image Fusion using Fully Convolutional Two-stream Network for Visual
    Sensors", KSII TIIS 12(5), 2018. More than two images are fused in a balanced tree. The two
    streams have different weights, so the order of the images can matter slightly.

    Parameters
    ----------
    images : sequence of numpy.ndarray
        See `twostream.methods`.
    engine : str
        See `engines.load`.
    weights : str or Path, optional
        One of `nets.pretrained.names` (``two_stream`` by default), or a caffemodel.
    prototxt : str or Path, optional
        Deploy net of the caffemodel; by default the net of `two_stream`.
    tile : int
        Side of the tiles in pixels. It limits the memory used and does not change the result.
    progress : bool or callable
        Whether to show a progress bar on a terminal, or a function, see `progress.Bar`.
    """
    return fuse_tree(images, fusion(engine, weights, prototxt, tile), progress)


def fusion(engine="auto", weights=None, prototxt=None, tile=384, threads=None):
    """Return the fusion of neighbours in a stack, see `fusion.tree`.

    Options are those of `fuse`; `threads` as in `engines.load`.
    """
    return Network(TiledNet(*files_of(weights, prototxt), engine, tile, threads=threads))


def tile_bytes(shape, tile, weights=None, prototxt=None):
    """Estimate the bytes that a thread takes for images H x W x C, see `tiled_net.tile_bytes`."""
    return tile_bytes_of(files_of(weights, prototxt)[0], shape, tile)
