"""The paper's fusion: the output of the net."""

import numpy as np

from ..io.pixels import Scale


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

    def scale(self, frames):
        """Return the scale of the paper: 1 is white of the pixels' type, for floats at least 1."""
        if frames.dtype.kind == "u":
            wide = np.uint16 if frames.dtype == np.uint8 else frames.dtype  # see `Scale`
            return Scale(0, float(np.iinfo(wide).max))
        return Scale(0, max(1.0, float(frames.range[1])))

    def fuse(self, sources, scale, bar):
        """Fuse frames, H x W x C of one shape and type, to one of their shape and type.

        The net sees them in the `pixels.Scale`. The bar, a `progress.Bar`, advances by one
        per tile.
        """
        fused = np.empty_like(sources[0])

        def fill(tile):
            pieces = [scale.to_unit(source[tile.outer]) for source in sources]
            estimate = self._net.fuse(pieces)[tile.crop]
            fused[tile.inner] = scale.from_unit(estimate, fused.dtype)

        for _ in self._net.each(fill, self._net.tiles(fused.shape[:2])):
            bar.update()
        return fused
