"""Pictures and files as text within a page (data URIs)."""

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ...io import images
from ...io.pixels import eight_bit, reduced

QUALITY = 90
"""Quality of the JPEGs."""
NOISE = 99
"""Percentile of a JPEG's errors that `Embedded.noise` gives."""


@dataclass(frozen=True)
class Embedded:
    """A picture within a page, of this size in pixels."""

    uri: str  # ``data:image/...;base64,...``
    width: int
    height: int
    # largest error, in 8-bit levels, of `NOISE` percent of its pixels; 0 for a PNG
    noise: int = 0


def embedded(image, side=None, white=None):
    """Embed a picture of any type as PNG, or as JPEG where that is smaller.

    It is reduced if its largest side is above `side` pixels; see `eight_bit` for `white`.
    """
    shown = eight_bit(reduced(image, side), white)
    height, width = shown.shape[:2]
    png, jpeg = (images.encoded(Path(name), shown, QUALITY) for name in ("a.png", "a.jpg"))
    if len(png) <= len(jpeg):
        return Embedded(data_uri("image/png", png), width, height)
    return Embedded(data_uri("image/jpeg", jpeg), width, height, _noise(jpeg, shown))


def data_uri(kind, data):
    """Write bytes of a media type (``image/png``) as a data URI."""
    return f"data:{kind};base64,{b64encode(data).decode()}"


def _noise(jpeg, shown):
    stored = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_UNCHANGED)
    stored = stored[..., ::-1] if stored.ndim == 3 else stored
    return int(np.percentile(cv2.absdiff(np.ascontiguousarray(stored), shown), NOISE))
