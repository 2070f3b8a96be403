"""The paper's own method: the output of the two-stream network."""

from ..fusion.two_stream import fuse as fuse_by_mode


def fuse(images, *, engine="auto"):
    """Fuse pictures by the shipped two-stream network, plane by plane.

    Xu et al., "Multi-focus Image Fusion using Fully Convolutional Two-stream Network for Visual
    Sensors", KSII TIIS 12(5), 2018. More than two pictures are fused in a balanced tree. The
    streams have weights of their own, so the order of the pictures may matter a little.

    Parameters
    ----------
    images : sequence of numpy.ndarray
        See the package.
    engine : str
        See `engines.load`.
    """
    return fuse_by_mode(images, "network", engine)
