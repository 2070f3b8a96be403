"""Tiling for nets without padding, whose output is smaller than their input."""

import numpy as np

from ..fusion.tiling import tiles


def mirrored_tiles(net, planes, margin, side=256, step=1):
    """Run a net tile by tile on planes that are mirrored at their borders.

    Parameters
    ----------
    net : Net
        A net of any engine, with one single-channel input per plane.
    planes : sequence of numpy.ndarray
        H x W, all of the same size.
    margin : int
        Pixels around a tile that the net also sees.
    side : int
        Side of a tile, a multiple of `step`. It limits the memory used.
    step : int
        The sides of the planes are extended, by mirroring, to multiples of this.

    Yields
    ------
    inner : tuple of slice
        Rows and columns of the tile in the extended picture.
    outputs : dict of str to numpy.ndarray
        Output blobs of the net for the tile with its margin.
    """
    fill = [-length % step for length in planes[0].shape]
    padded = [np.pad(p, [(margin, margin + f) for f in fill], mode="symmetric") for p in planes]
    shape = [length + f for length, f in zip(planes[0].shape, fill)]
    for tile in tiles(shape, side, 0):
        outer = tuple(slice(s.start, s.stop + 2 * margin) for s in tile.inner)
        blobs = {name: plane[outer][None, None] for name, plane in zip(net.inputs, padded)}
        yield tile.inner, net.forward(**blobs)
