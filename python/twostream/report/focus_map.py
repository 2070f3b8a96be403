"""Maps of the picture that each pixel of a fused picture comes from."""

import numpy as np

from ..fusion.frames import Frames
from ..methods import method


def chosen_sources(sources, engine="auto"):
    """Find which source the method `select` takes each pixel from.

    Parameters
    ----------
    sources : sequence of numpy.ndarray
        See `fusion.frames.Frames`.
    engine : str
        See `engines.load`.

    Returns
    -------
    numpy.ndarray
        H x W, integer: numbers of the sources, from 0. Near borders the estimate may be taken.
    """
    return method("select").fuse_frames(Frames(sources), engine=engine).source


def focus_map(source, count):
    """Draw a map of sources: the first white, the last black, those between gray.

    Parameters
    ----------
    source : numpy.ndarray
        H x W, integer: numbers of the sources, from 0.
    count : int
        Number of sources, two or more.

    Returns
    -------
    numpy.ndarray
        H x W, uint8.
    """
    levels = np.rint(np.linspace(255, 0, count)).astype(np.uint8)
    return levels[source]
