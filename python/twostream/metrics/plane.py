"""Gray images with levels of 0..255, and checks of the arguments of a metric."""

from collections.abc import Sequence
from typing import Optional, Union

import numpy as np

from ..errors import BadInput

_LUMA = np.array([299.0, 587.0, 114.0])  # thousandths, so that sums of whole levels are exact
_STEPS = 4096  # per gray level


class Plane:
    """A gray image that caches intermediate results of metrics.

    Every metric takes a Plane wherever it takes an array, with the same result. Intermediate
    results of a source Plane are reused for every fused picture, and those of a fused Plane for
    every metric. All metrics with their defaults cache about 120 bytes per pixel.

    Attributes
    ----------
    values : numpy.ndarray
        H x W, float64; must not be modified.
    levels : numpy.ndarray
        H x W x C, float64: the channels that `values` was computed from, in 0..255.
    """

    def __init__(self, values, levels=None):
        self.values = values
        self.levels = values[..., None] if levels is None else levels
        self._known = {}

    @classmethod
    def of(cls, image, data_range=None, name="The picture"):
        """Convert a picture to gray levels.

        Colour becomes luma by ITU-R BT.601, rounded half up to whole levels, as the public
        evaluation scripts do (rgb2gray of 8-bit pixels). Gray is rounded to 1/4096 of a level,
        so that sums are exact, equal pixels stay equal and flat windows stay flat.

        Parameters
        ----------
        image : numpy.ndarray or Plane
            H x W, H x W x 1 or H x W x 3 (R, G, B): uint8, uint16, or floats of 0 to `data_range`.
            A Plane is returned as it is.
        data_range : float, optional
            The pixel value that becomes 255; by default an integer type's maximum, for floats 1.
        name : str
            Name of the picture in error messages.

        Returns
        -------
        Plane
            H x W, levels of 0 to 255.

        Raises
        ------
        BadInput
            If the picture has another shape or type, no pixels, NaN, or values outside
            0..data_range.
        """
        if isinstance(image, cls):
            return image
        image = np.asarray(image)
        _check_kind(image, name)
        white = data_range
        if white is None:
            white = 1.0 if image.dtype.kind == "f" else np.iinfo(image.dtype).max
        levels = _levels(image, white, name)
        return cls(_gray(levels), levels.reshape(*levels.shape[:2], -1))

    def once(self, part, *arguments):
        """Return ``part(self, *arguments)``, computed at the first call only."""
        key = (part, *arguments)
        if key not in self._known:
            self._known[key] = part(self, *arguments)
        return self._known[key]


Picture = Union[np.ndarray, Plane]
"""A picture as an argument of a metric, see `Plane.of`."""

Pictures = Sequence[Picture]

Range = Optional[float]
"""Type of `data_range`, the pixel value of white, see `Plane.of`."""


def planes(sources, fused, smallest=1, data_range=None):
    """Convert the pictures that a metric was called with to a tuple of Planes, and a Plane.

    Raise BadInput if there is no source, a picture cannot be used, sizes differ, or height or
    width are below `smallest`.
    """
    fused = Plane.of(fused, data_range, "The fused picture")
    sources = tuple(
        Plane.of(source, data_range, f"Source {number}") for number, source in enumerate(sources, 1)
    )
    if not sources:
        raise BadInput("There is no source picture to compare the fused one with.")
    for number, source in enumerate(sources, 1):
        check_same_size(source, fused, f"source {number}")
    check_large_enough(fused, smallest)
    return sources, fused


def pair(sources, metric):
    """Return the sources; raise BadInput, which names `metric`, unless there are exactly two."""
    if len(sources) != 2:
        raise BadInput(f"{metric} takes two sources, not {len(sources)}.")
    return sources


def check_same_size(other, fused, name):
    """Raise BadInput unless both Planes have the same size; `name` is that of `other`."""
    if other.values.shape != fused.values.shape:
        raise BadInput(f"The fused picture is {_size(fused)} pixels but {name} is {_size(other)}.")


def check_large_enough(fused, smallest):
    """Raise BadInput if a window of `smallest` x `smallest` pixels does not fit in the Plane."""
    if min(fused.values.shape) < smallest:
        window = f"{smallest}x{smallest}"
        raise BadInput(f"A picture of {_size(fused)} pixels is smaller than the {window} window.")


def _size(plane):
    height, width = plane.values.shape
    return f"{width}x{height}"


def _check_kind(image, name):
    gray_or_rgb = image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (1, 3))
    if not gray_or_rgb or image.size == 0:
        shape = " x ".join(map(str, image.shape)) or "a number"
        raise BadInput(f"{name} is {shape}; metrics take pixels of H x W or H x W x 3.")
    if image.dtype not in (np.uint8, np.uint16) and image.dtype.kind != "f":
        kinds = "uint8, uint16 and floats"
        raise BadInput(f"{name} has pixels of type {image.dtype}; metrics take {kinds}.")


def _levels(image, white, name):
    levels = image.astype(np.float64)
    if white != 255:
        levels = np.rint(levels * (255 / white * _STEPS)) / _STEPS
    if not (levels.min() >= 0 and levels.max() <= 255):  # NaN is neither
        found = f"{image.min():g} to {image.max():g}"
        raise BadInput(f"{name} has pixels of {found}, outside of 0 to {white:g}.")
    return levels


def _gray(levels):
    if levels.ndim == 2:
        return levels
    if levels.shape[2] == 1:
        return np.ascontiguousarray(levels[..., 0])
    return np.floor((levels @ _LUMA + 500) / 1000)
