"""Maps of the source of each pixel of a fused picture."""

import numpy as np

from ..alignment.registered import RegisteredFrames
from ..fusion.frames import Frames
from ..methods import method


def chosen_sources(sources, engine="auto"):
    """Find the source, H x W numbers, from which the method `select` copies each pixel.

    Near boundaries it may use its estimate instead.
    """
    frames = RegisteredFrames(Frames(sources))
    return method("select").fuse_frames(frames, engine=engine).source


def focus_map(source, count):
    """Draw a map of numbers of sources: the first white, the last black, those between gray."""
    levels = np.rint(np.linspace(255, 0, count)).astype(np.uint8)
    return levels[source]
