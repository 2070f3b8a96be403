"""Drawing of text into pictures."""

from functools import cache

import numpy as np
from matplotlib import font_manager
from PIL import Image, ImageDraw, ImageFont


def lettering(text, width, height, ink=0, paper=255):
    """Draw a line of text, aligned left and centred vertically: H x W, uint8.

    Text that is longer is cut off. `ink` and `paper` are gray values.
    """
    strip = Image.new("L", (width, height), paper)
    # The same baseline for all texts, such that capitals are centred.
    size = round(height * 0.72)
    baseline = round(height * 0.5 + size * 0.36)
    ImageDraw.Draw(strip).text((1, baseline), text, ink, _font(size), anchor="ls")
    return np.asarray(strip)


@cache
def _font(size):
    """Load DejaVu Sans, which matplotlib includes, so it exists on every computer."""
    return ImageFont.truetype(font_manager.findfont("DejaVu Sans"), size)
