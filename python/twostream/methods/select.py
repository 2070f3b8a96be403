"""Beyond the paper: the two-stream network decides which source each pixel is copied from."""

from ..fusion.two_stream import fuse as fuse_by_mode


def fuse(images, *, engine="auto"):
    """Fuse pictures by mode select, see `fusion.select`.

    The network sees the luma; one decision holds for all channels. More than two pictures are
    fused in a balanced tree.

    Parameters
    ----------
    images : sequence of numpy.ndarray
        See the package.
    engine : str
        See `engines.load`.
    """
    return fuse_by_mode(images, "select", engine)
