"""Beyond the paper: the two-stream network decides which source each pixel is copied from."""

from ..fusion.select import select
from ..fusion.tree import fuse_by_net


def fuse(images, *, engine="auto", weights=None, prototxt=None, tile=384, progress=False):
    """Fuse pictures by copying each pixel from the source that the network finds sharp.

    See `fusion.select`. The network sees the luma; one decision holds for all channels. More than
    two pictures are fused in a balanced tree.

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
    return fuse_by_net(images, select, engine, weights, prototxt, tile, progress)
