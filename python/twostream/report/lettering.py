"""Text in pictures."""

from functools import cache

import numpy as np
from matplotlib import font_manager
from PIL import Image, ImageDraw, ImageFont


def lettering(text, width, height, ink=0, paper=255):
    """Draw a line of text at the left, in the middle of the height.

    Parameters
    ----------
    text : str
    width, height : int
        In pixels; what is longer is cut off.
    ink, paper : int
        Gray values.

    Returns
    -------
    numpy.ndarray
        H x W, uint8.
    """
    strip = Image.new("L", (width, height), paper)
    # One baseline for all texts, about which capitals stand in the middle.
    baseline = round(height * 0.5 + _size(height) * 0.36)
    ImageDraw.Draw(strip).text((1, baseline), text, ink, _font(_size(height)), anchor="ls")
    return np.asarray(strip)


def _size(height):
    return round(height * 0.72)


@cache
def _font(size):
    """Matplotlib brings DejaVu Sans, so that it is there on every computer."""
    return ImageFont.truetype(font_manager.findfont("DejaVu Sans"), size)
