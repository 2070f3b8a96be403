"""Tiles of an image, each with the pixels around it that its result depends on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tile:
    """One tile."""

    inner: tuple  # of slice; rows and columns of the image that the tile's result fills
    outer: tuple  # of slice; `inner` with the halo around it, clipped to the image

    @property
    def crop(self):
        """Rows and columns of `inner`, counted from the corner of `outer`."""
        return tuple(
            slice(i.start - o.start, i.stop - o.start) for i, o in zip(self.inner, self.outer)
        )


def tiles(shape, side, halo):
    """Cut an image, H x W, into tiles of this side; those at the right and bottom may be smaller.

    The result of a tile depends on `halo` pixels around it.
    """
    rows, columns = (_spans(length, side, halo) for length in shape)
    return [Tile((r[0], c[0]), (r[1], c[1])) for r in rows for c in columns]


def _spans(length, side, halo):
    spans = []
    for start in range(0, length, side):
        stop = min(start + side, length)
        outer = slice(max(0, start - halo), min(length, stop + halo))
        spans.append((slice(start, stop), outer))
    return spans
