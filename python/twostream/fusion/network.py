"""The paper's fusion: the output of the net."""

import numpy as np

from ..io.pixels import from_unit, to_unit


class Network:
    """Fuse as many frames as a net has streams.

    Parameters
    ----------
    net : TiledNet
    """

    decides = False
    """Whether a decision map is made first, see `select.Select`."""

    def __init__(self, net):
        self._net, self.streams, self.quantized = net, net.streams, net.quantized

    def steps(self, shape, decided=False):
        """Return the number of tiles of a frame of this height and width."""
        return len(self._net.tiles(shape))

    def fuse(self, sources, white, bar):
        """Fuse frames, H x W x C of one shape and type, to one of their shape and type.

        `white` is the pixel value of white, 1 for the net. The bar, a tqdm, advances by one per
        tile.
        """
        fused = np.empty_like(sources[0])

        def fill(tile):
            pieces = [to_unit(source[tile.outer], white) for source in sources]
            estimate = self._net.fuse(pieces)[tile.crop]
            fused[tile.inner] = from_unit(estimate, white, fused.dtype)

        for _ in self._net.each(fill, self._net.tiles(fused.shape[:2])):
            bar.update()
        return fused
