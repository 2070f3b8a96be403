"""The paper's fusion: the net's output as it is."""

import numpy as np

from ..io.pixels import from_unit, to_unit


def network(sources, net, white, bar):
    """Fuse as many pictures as the net has streams.

    Parameters
    ----------
    sources : list of numpy.ndarray
        H x W x C, of one shape and type.
    net : TiledNet
    white : float
        Pixel value that the net sees as 1.
    bar : tqdm
        Advanced by one per tile.

    Returns
    -------
    numpy.ndarray
        Of the sources' shape and type.
    """
    fused = np.empty_like(sources[0])
    for tile in net.tiles(fused.shape[:2]):
        pieces = [to_unit(source[tile.outer], white) for source in sources]
        fused[tile.inner] = from_unit(net.fuse(pieces)[tile.crop], white, fused.dtype)
        bar.update()
    return fused
