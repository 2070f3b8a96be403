"""Nets without padding, whose output is smaller than their input, on pictures of any size."""

import numpy as np

from ..fusion.tiling import tiles


def mirrored_tiles(net, planes, margin, side=256, step=1):
    """Run a net tile by tile on planes that go on mirrored beyond their borders.

    Parameters
    ----------
    net : Net
        Of any engine, with an input of one channel for each plane.
    planes : sequence of numpy.ndarray
        H x W, of one size.
    margin : int
        Pixels around a tile that the net gets to see.
    side : int
        Side of a tile, a multiple of `step`; it bounds the memory.
    step : int
        Sides are filled up, mirrored, to multiples of it.

    Yields
    ------
    inner : tuple of slice
        Rows and columns of the filled-up picture that make the tile.
    outputs : dict of str to numpy.ndarray
        What the net makes of the tile with its margin.
    """
    fill = [-length % step for length in planes[0].shape]
    padded = [np.pad(p, [(margin, margin + f) for f in fill], mode="symmetric") for p in planes]
    shape = [length + f for length, f in zip(planes[0].shape, fill)]
    for tile in tiles(shape, side, 0):
        outer = tuple(slice(s.start, s.stop + 2 * margin) for s in tile.inner)
        blobs = {name: plane[outer][None, None] for name, plane in zip(net.inputs, padded)}
        yield tile.inner, net.forward(**blobs)
