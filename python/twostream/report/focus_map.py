"""Maps of the picture that each pixel of a fused picture comes from."""

import numpy as np

from ..alignment.registered import RegisteredFrames
from ..fusion.frames import Frames
from ..methods import method


def chosen_sources(sources, engine="auto"):
    """Find the number of the source, H x W, that the method `select` takes each pixel from.

    Near boundaries the estimate may be used.
    """
    frames = RegisteredFrames(Frames(sources))
    return method("select").fuse_frames(frames, engine=engine).source


def focus_map(source, count):
    """Draw a map of numbers of sources: the first white, the last black, those between gray."""
    levels = np.rint(np.linspace(255, 0, count)).astype(np.uint8)
    return levels[source]
