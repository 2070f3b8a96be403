"""A depth map in colours, with a legend."""

import cv2
import numpy as np

LEAST = 150, 300
"""Height and width of the smallest picture that gets a legend."""
ROOM = 0.4
"""Width of the legend, as a share of the image's width or twice its height, if that is less."""


def depth_preview(depth, count):
    """Colour the depth map, H x W, of `count` frames: violet for the first, yellow for the last."""
    return _colours(np.rint(depth / max(count - 1, 1) * 255))


def with_legend(preview, ends):
    """Draw a bar of the colours and the names of its two ends into the lower left corner.

    The preview, H x W x 3, uint8, keeps its size; one that is too small is returned as it is.
    """
    height, width = preview.shape[:2]
    if height < LEAST[0] or width < LEAST[1]:
        return preview
    length = round(ROOM * min(width, 2 * height))
    bar = length, max(length // 16, 6)
    scale = min(bar[1] / 18, *(_fitting(text, bar[0] * 0.48) for text in ends))
    line, thick = round(28 * scale), max(1, round(scale))
    edge = max(bar[1] // 3, 2)
    box = np.zeros((line + bar[1] + 3 * edge, bar[0] + 2 * edge, 3), np.uint8)
    box[-bar[1] - edge : -edge, edge:-edge] = _colours(np.linspace(0, 255, bar[0])[None])
    right = edge + bar[0] - cv2.getTextSize(ends[1], cv2.FONT_HERSHEY_SIMPLEX, scale, 1)[0][0]
    for text, x in zip(ends, (edge, right)):
        place = (x, edge + round(22 * scale))
        cv2.putText(
            box, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, (255,) * 3, thick, cv2.LINE_AA
        )
    drawn = preview.copy()
    drawn[-len(box) :, : box.shape[1]] = box
    return drawn


def _fitting(text, width):
    """Return the scale at which a text has a width in pixels, but remains legible."""
    return max(width / cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 1, 1)[0][0], 0.25)


def _colours(levels):
    found = cv2.applyColorMap(levels.astype(np.uint8), cv2.COLORMAP_VIRIDIS)
    return cv2.cvtColor(found, cv2.COLOR_BGR2RGB)
