"""Correction of frames with a dark frame and a flat field."""

from pathlib import Path

import cv2
import numpy as np

from ..errors import BadInput
from . import images
from .pixels import alpha_of, with_axis, without_alpha

NEAR = 5
"""Side in pixels of the window whose median is the expected level of a pixel."""
HOT, LEAST = 4, 0.01
"""A pixel is hot if the dark frame exceeds its local median by this multiple of the percentile 98
of such differences, and by this share of white."""
BRIGHT = 0.25
"""Median, as a share of white, above which an image is no dark frame."""
DEAD = 0.3
"""Share of the median of the flat field below which a pixel is dead."""
LARGEST = 20
"""Maximum factor of the correction of a pixel."""
STRIP = 2**22
"""Bytes of the rows that are corrected at once."""
_AROUND = [np.array(list(axis)) for axis in zip(*np.argwhere(np.ones((3, 3))) - 1)]


class DarkFlat:
    """Subtract a dark frame, divide by a flat field, and fill hot and dead pixels.

    A pixel becomes (frame - dark) * mean(flat - dark) / (flat - dark). The mean is that of its
    channel, so brightness and white balance stay as they are. Hot pixels are found in the dark
    frame, dead ones in the flat field; both are filled from their neighbours.

    Parameters
    ----------
    dark, flat : str or Path, optional
        Image files of the frames' size and type, gray or with the channels of the frames.
    most_pixels : int, optional
        See `limits.check_size`.

    Raises
    ------
    BadInput
        If a file cannot be read, both differ in size or type, the dark frame is bright, or the
        flat field is not brighter than the dark frame.
    """

    def __init__(self, dark=None, flat=None, most_pixels=None):
        paths = {"dark frame": dark, "flat field": flat}
        self._read = {
            f"{kind} {path}": with_axis(images.read(Path(path), None, most_pixels))
            for kind, path in paths.items()
            if path
        }
        names, planes = list(self._read), list(self._read.values())
        self.check(planes[0].shape, planes[0].dtype, names[0])
        self._dark = planes[0] if dark else np.zeros((1, 1, 1), planes[0].dtype)
        self._flat = planes[-1] if flat else None
        bad = _hot(self._dark, names[0]) if dark else np.zeros((1, 1, 1), bool)
        if flat:
            light = _difference(self._flat, self._dark)
            self._means = light.mean((0, 1), dtype=np.float64).astype(np.float32)
            if not (self._means > 0).all():
                raise BadInput(
                    f"The {names[-1]} is not brighter than the dark frame {dark or 0}. Give a "
                    "photograph of an evenly lit surface, and the dark frame with --dark."
                )
            bad = bad | (light < DEAD * _median(light))
        self._bad = [np.nonzero(plane) for plane in np.moveaxis(bad, 2, 0)] if bad.any() else []

    def check(self, shape, dtype, name):
        """Raise BadInput if a frame of this shape, H x W x C, and type cannot be corrected."""
        for what, plane in self._read.items():
            fits = plane.shape[:2] == shape[:2] and plane.dtype == dtype
            if not fits or (plane.shape[2] not in (1, shape[2]) and name not in self._read):
                raise BadInput(
                    f"The {what} is {_kind(plane.shape, plane.dtype)}, but {name} is "
                    f"{_kind(shape, dtype)}. Give one of the same camera and settings."
                )

    def applied(self, image):
        """Correct an image, H x W or H x W x C, also with alpha.

        An image of another size or type is returned unchanged; see `check`.
        """
        colours, alpha = with_axis(without_alpha(image)), alpha_of(image)
        try:
            self.check(colours.shape, colours.dtype, "")
        except BadInput:
            return image
        found = np.empty_like(colours)
        step = max(1, STRIP // (4 * colours[0].size))
        for top in range(0, len(colours), step):
            rows = slice(top, top + step)
            found[rows] = self._corrected(colours[rows], rows)
        bad = self._bad if len(self._bad) in (0, colours.shape[2]) else self._bad * colours.shape[2]
        for channel, (ys, xs) in enumerate(bad):
            _fill(found[..., channel], ys, xs)
        return found.reshape(image.shape) if alpha is None else np.dstack([found, alpha])

    def _corrected(self, pixels, rows):
        dark = self._dark[rows] if len(self._dark) > 1 else self._dark
        found = _difference(pixels, dark)
        if self._flat is not None:
            light = _difference(self._flat[rows], dark)
            found *= self._means / np.maximum(light, self._means / LARGEST)
        if pixels.dtype.kind == "u":
            np.clip(np.rint(found, out=found), 0, np.iinfo(pixels.dtype).max, out=found)
        return found


def _difference(image, dark):
    return np.subtract(image, dark, dtype=np.float32)


def _median(image):
    return with_axis(cv2.medianBlur(np.ascontiguousarray(image), NEAR))


def _kind(shape, dtype):
    colours = "gray" if shape[2] == 1 else "colour"
    return f"{shape[1]}x{shape[0]} pixels of {colours} {dtype}"


def _hot(dark, name):
    """Find the hot pixels of a dark frame, H x W x C, bool."""
    white = np.iinfo(dark.dtype).max if dark.dtype.kind == "u" else dark.max()
    if dark.dtype.kind == "u" and np.median(dark) > BRIGHT * white:
        raise BadInput(f"The {name} is too bright. Give a photograph taken with the lens covered.")
    excess = _difference(dark, _median(dark))
    return excess > max(HOT * np.percentile(np.abs(excess), 98), LEAST * white)


def _fill(plane, ys, xs):
    """Fill pixels, in place, with the mean of known neighbours; patches from their rim inwards."""
    known = np.ones(plane.shape, bool)
    known[ys, xs] = False
    while len(ys):
        y, x = ys[:, None] + _AROUND[0], xs[:, None] + _AROUND[1]
        inside = (y >= 0) & (y < plane.shape[0]) & (x >= 0) & (x < plane.shape[1])
        y, x = np.where(inside, y, 0), np.where(inside, x, 0)
        usable = inside & known[y, x]
        count = usable.sum(axis=1)
        here = count > 0
        mean = (plane[y, x] * usable).sum(axis=1, dtype=np.float64)[here] / count[here]
        plane[ys[here], xs[here]] = np.rint(mean) if plane.dtype.kind == "u" else mean
        known[ys[here], xs[here]] = True
        ys, xs = ys[~here], xs[~here]
