"""Limits on declared sizes, so that a small file cannot exhaust memory or time."""

from ..errors import BadInput

MOST_PIXELS = 2**28
"""Largest picture that is read by default: 16384 x 16384 pixels."""
_FREE = 2**26
_EXPANSION = 300
"""Any file may declare 64 MiB of pixels, plus 300 bytes for each of its own.

Photographs expand up to 30 times; a black picture as PNG expands 1000 times.
"""


def check_size(path, sides, pixel_bytes, most_pixels=None):
    """Check the size that a file declares before memory is taken for it.

    `sides` are width and height in pixels. `most_pixels` is the user's limit. By default it is
    `MOST_PIXELS`, and a multiple of the file's own size. Raise BadInput if the file declares more.
    """
    pixels = sides[0] * sides[1]
    size = f"{path} declares {sides[0]}x{sides[1]} pixels"
    if pixels > (most_pixels or MOST_PIXELS):
        raise BadInput(
            f"{size}, more than the limit of {(most_pixels or MOST_PIXELS) / 1e6:.0f} megapixels; "
            "--max-megapixels raises it."
        )
    if not most_pixels and expands(path, pixels * pixel_bytes):
        raise BadInput(
            f"{size}, far more than its {path.stat().st_size} bytes are likely to hold; "
            f"if it is genuine, allow it with --max-megapixels {pixels // 10**6 + 1}."
        )


def expands(path, declared):
    """Tell whether a file declares far more bytes than it is likely to hold."""
    return declared > _FREE + _EXPANSION * path.stat().st_size
