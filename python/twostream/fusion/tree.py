"""Fusion of more pictures than a net has streams, as a balanced tree of groups."""

from tqdm import tqdm

from ..io.pixels import white_level
from .inputs import checked


def fuse_tree(images, fusion, progress):
    """Fuse pictures; more pictures than a fusion takes at once as a balanced tree.

    Parameters
    ----------
    images : sequence of numpy.ndarray
        Two or more registered pictures, see `inputs.checked`.
    fusion : Network or Select
        Fuses `fusion.streams` pictures.
    progress : bool
        Whether to show a progress bar on a terminal.

    Returns
    -------
    numpy.ndarray
        The fused picture, of the sources' size and type.

    Raises
    ------
    BadInput
        If there are fewer than two pictures, or they differ in size or type.
    """
    sources = checked(images)
    steps = _fusions(len(sources), fusion.streams) * fusion.steps(sources[0].shape[:2])
    with tqdm(total=steps, unit="tile", disable=None if progress else True, leave=False) as bar:
        fused = _tree(sources, fusion, white_level(sources), bar)
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


def _tree(sources, fusion, white, bar):
    while len(sources) > 1:
        fused = []
        for size in _groups(len(sources), fusion.streams):
            group, sources = sources[:size], sources[size:]
            fused.append(_fuse_group(group, fusion, white, bar))
        sources = fused
    return sources[0]


def _fuse_group(group, fusion, white, bar):
    if len(group) == 1:
        return group[0]
    # A last group of fewer pictures than streams is filled up with its last picture.
    group += group[-1:] * (fusion.streams - len(group))
    return fusion.fuse(group, white, bar)
