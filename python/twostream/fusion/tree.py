"""Fusion of more pictures than a net has streams, as a balanced tree of groups."""

from tqdm import tqdm

from ..io.pixels import white_level
from ..nets.pretrained import files_of
from .inputs import checked
from .tiled_net import TiledNet


def fuse_by_net(images, fuse_group, engine, weights, prototxt, tile, progress):
    """Fuse pictures with a fusion net; more pictures than it has streams as a balanced tree.

    Parameters
    ----------
    images : sequence of numpy.ndarray
        Two or more registered pictures, see `inputs.checked`.
    fuse_group : callable
        `network.network` or `select.select`; fuses as many pictures as the net has streams.
    engine : str
        See `engines.load`.
    weights, prototxt : str or Path or None
        See `nets.pretrained.files_of`.
    tile : int
        Side of the tiles in pixels; it bounds the memory, not the result.
    progress : bool
        Whether to show a progress bar on a terminal.

    Returns
    -------
    numpy.ndarray
        The fused picture, of the sources' size and type.

    Raises
    ------
    BadInput
        If there are fewer than two pictures, they differ in size or type, or the net's files
        cannot be used.
    """
    sources = checked(images)
    net = TiledNet(*files_of(weights, prototxt), engine, tile)
    steps = _fusions(len(sources), net.streams) * len(net.tiles(sources[0].shape[:2]))
    with tqdm(total=steps, unit="tile", disable=None if progress else True, leave=False) as bar:
        fused = _tree(sources, fuse_group, net, white_level(sources), bar)
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
    # A last group of fewer pictures than streams is filled up with its last picture.
    group += group[-1:] * (net.streams - len(group))
    return fuse_group(group, net, white, bar)
