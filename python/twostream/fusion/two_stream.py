"""Fusion of two or more pictures by the two-stream network."""

from tqdm import tqdm

from ..errors import BadInput
from ..io.pixels import peak
from ..nets.pretrained import files_of
from .inputs import checked
from .network import network
from .select import select
from .tiled_net import TiledNet

MODES = {"select": select, "network": network}
"""Name -> function of (sources, net, white, bar)."""


def fuse(
    images,
    mode="select",
    engine="auto",
    weights=None,
    prototxt=None,
    tile=384,
    progress=False,
):
    """Fuse pictures of one scene, focused at different depths, into one that is sharp all over.

    Parameters
    ----------
    images : sequence of numpy.ndarray
        Two or more registered pictures of one size and type: H x W (gray) or H x W x 3 (RGB),
        uint8, uint16 or float (white is 1, or the brightest pixel). If some are gray and some
        are colour, the gray ones count as colour.
    mode : str
        ``select``: the network decides which source each pixel comes from (beyond the paper).
        ``network``: the network's output itself, plane by plane, as in the paper.
    engine : str
        See `engines.load`.
    weights : str or Path, optional
        Shipped weights by name, ``default``, ``fast`` or ``paper``, or a caffemodel.
    prototxt : str or Path, optional
        The caffemodel's deploy net; the default one if it is not given.
    tile : int
        Side of the tiles in pixels; it bounds the memory, not the result.
    progress : bool
        Whether to show a progress bar on a terminal.

    Returns
    -------
    numpy.ndarray
        Of the sources' size and type. More pictures than the net has streams are fused in a
        balanced tree.

    Raises
    ------
    BadInput
        If there are fewer than two pictures, or they differ in size or type, or the net's
        files cannot be used.
    """
    sources = checked(images)
    net = TiledNet(*files_of(weights, prototxt), engine, tile)
    if mode == "select" and (net.streams, net.channels) != (2, 1):
        raise BadInput("Mode select needs a net of two streams and one channel.")
    steps = _fusions(len(sources), net.streams) * len(net.tiles(sources[0].shape[:2]))
    with tqdm(total=steps, unit="tile", disable=None if progress else True, leave=False) as bar:
        fused = _tree(sources, MODES[mode], net, peak(sources), bar)
    return fused if max(image.ndim for image in images) == 3 else fused[..., 0]


def _fusions(count, streams):
    fusions = 0
    while count > 1:
        groups = _groups(count, streams)
        fusions += sum(size > 1 for size in groups)
        count = len(groups)
    return fusions


def _groups(count, streams):
    """Sizes of neighbouring groups of at most `streams` pictures."""
    return [min(streams, count - start) for start in range(0, count, streams)]


def _tree(sources, fuse_group, net, white, bar):
    while len(sources) > 1:
        fused = []
        for size in _groups(len(sources), net.streams):
            group, sources = sources[:size], sources[size:]
            fused.append(_fuse_group(group, fuse_group, net, white, bar))
        sources = fused
    return sources[0]


def _fuse_group(group, fuse_group, net, white, bar):
    if len(group) == 1:
        return group[0]
    # A net of N streams with fewer pictures left sees the last one again.
    group += group[-1:] * (net.streams - len(group))
    return fuse_group(group, net, white, bar)
