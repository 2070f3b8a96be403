"""The paper's own method: the output of the two-stream network."""

from ..fusion.network import network
from ..fusion.tree import fuse_by_net


def fuse(images, *, engine="auto", weights=None, prototxt=None, tile=384, progress=False):
    """Fuse pictures by the two-stream network, plane by plane.

    Xu et al., "Multi-focus Image Fusion using Fully Convolutional Two-stream Network for Visual
    Sensors", KSII TIIS 12(5), 2018. More than two pictures are fused in a balanced tree. The
    streams have weights of their own, so the order of the pictures may matter a little.

    Parameters
    ----------
    images : sequence of numpy.ndarray
        See the package.
    engine : str
        See `engines.load`.
    weights : str or Path, optional
        Pretrained weights by name (``default``, ``fast``, ``paper``), or a caffemodel.
    prototxt : str or Path, optional
        The caffemodel's deploy net; the default one if it is not given.
    tile : int
        Side of the tiles in pixels; it bounds the memory, not the result.
    progress : bool
        Whether to show a progress bar on a terminal.
    """
    return fuse_by_net(images, network, engine, weights, prototxt, tile, progress)
