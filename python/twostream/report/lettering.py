"""Drawing of text into pictures."""

from functools import cache

import numpy as np
from matplotlib import font_manager
from PIL import Image, ImageDraw, ImageFont


def lettering(text, width, height, ink=0, paper=255):
    """Draw a line of text, aligned left and centred vertically.

    Parameters
    ----------
    text : str
    width, height : int
        Size in pixels; longer text is cut off.
    ink, paper : int
        Gray values of the text and the background.

    Returns
    -------
    numpy.ndarray
        H x W, uint8.
    """
    strip = Image.new("L", (width, height), paper)
    # The same baseline for all texts, such that capitals are centred.
    baseline = round(height * 0.5 + _size(height) * 0.36)
    ImageDraw.Draw(strip).text((1, baseline), text, ink, _font(_size(height)), anchor="ls")
    return np.asarray(strip)


def _size(height):
    return round(height * 0.72)


@cache
def _font(size):
    """Load DejaVu Sans, which matplotlib includes, so it exists on every computer."""
    return ImageFont.truetype(font_manager.findfont("DejaVu Sans"), size)
