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
    for inner, estimate in estimates(sources, net, white, bar):
        fused[inner] = from_unit(estimate, white, fused.dtype)
    return fused


def estimates(sources, net, white, bar):
    """Run the net tile by tile; parameters as of `network`.

    Yields
    ------
    inner : tuple of slice
        Rows and columns of the tile in the picture.
    estimate : numpy.ndarray
        Its pixels, H x W x C, float32 in units of white, not clipped.
    """
    for tile in net.tiles(sources[0].shape[:2]):
        pieces = [to_unit(source[tile.outer], white) for source in sources]
        yield tile.inner, net.fuse(pieces)[tile.crop]
        bar.update()
