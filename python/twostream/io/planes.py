"""The planes of a microscope's TIFF file: OME-TIFF (2016-06) and ImageJ hyperstacks."""

from dataclasses import dataclass, field
from itertools import chain
from math import prod
from xml.etree import ElementTree

import numpy as np
import tifffile

from ..errors import BadInput
from .atomic import atomic_write
from .tiff import count_pages, undescribed_planes
from .tiff_metadata import metadata_of_tiff

_CHANNEL = ("Name", "Color", "AcquisitionMode", "IlluminationType", "ContrastMethod", "Fluor")
_CHANNEL += ("ExcitationWavelength", "ExcitationWavelengthUnit")
_CHANNEL += ("EmissionWavelength", "EmissionWavelengthUnit")
_PIXELS = ("SignificantBits", "TimeIncrement", "TimeIncrementUnit")
"""Attributes of OME's elements that remain true for the fused planes."""
_BIG = 2**31
"""Bytes of pixels from which on a file is a BigTIFF."""


@dataclass(frozen=True)
class Planes:
    """The planes of a file and their description."""

    pages: np.ndarray  # T x C x Z: numbers of the pages
    channels: dict = field(default_factory=dict)  # attribute of OME -> its value for each channel
    pixels: dict = field(default_factory=dict)  # attribute of OME -> value


def planes_of_tiff(path):
    """Find the planes of a TIFF file by time, channel and focus.

    Raise BadInput if it has no focus axis Z or further axes, several images, or missing pages.
    """
    count_pages(path)
    with tifffile.TiffFile(path) as tiff:
        if len(tiff.series) != 1:
            raise BadInput(
                f"{path} holds {len(tiff.series)} images with their own axes. Save one of them as "
                "a separate file."
            )
        series = tiff.series[0]
        sizes = dict(zip(series.axes, series.shape))
        count = prod(sizes.get(axis, 1) for axis in "TCZ")
        if undescribed_planes(tiff) not in (0, count):
            raise BadInput(
                f"{path} is truncated: planes that ImageJ describes are missing. Copy or save the "
                "file again."
            )
        _check_axes(path, series.axes, sizes)
        pages = _checked_pages(path, tiff, series, count)
        channels, pixels = _described(tiff)
    leading = [axis for axis in series.axes if axis in "TCZ"]
    missing = [axis for axis in "TCZ" if axis not in leading]
    shape = [1] * len(missing) + [sizes[axis] for axis in leading]
    order = [[*missing, *leading].index(axis) for axis in "TCZ"]
    return Planes(np.reshape(pages, shape).transpose(order), channels, {**pixels, **_sizes(path)})


def _check_axes(path, axes, sizes):
    if not set(axes) <= set("TCZYXS"):
        raise BadInput(
            f"{path} has the axes {axes}; only time (T), channel (C), focus (Z), Y, X and samples "
            "(S) can be read. Save it as OME-TIFF with these axes."
        )
    if sizes.get("Z", 1) < 2:
        raise BadInput(
            f"{path} has the axes {axes}, and no two focus positions along Z. Name the axis of the "
            "focus Z when you save it."
        )


def _checked_pages(path, tiff, series, count):
    """Return the numbers of the pages in the order of the axes."""
    if undescribed_planes(tiff):
        return list(range(count))
    pages = list(series.pages)
    if len(pages) != count or None in pages:
        found = len([page for page in pages if page is not None])
        raise BadInput(
            f"{path} has pages for {found} of its {count} planes. Save it as OME-TIFF with a page "
            "for each plane."
        )
    if any(page.parent.filehandle.path != tiff.filehandle.path for page in pages):
        raise BadInput(f"The planes of {path} are in several files. Save them as one file.")
    return [page.index for page in pages]


def _described(tiff):
    """Return the attributes of channels and pixels that OME's description has."""
    if not tiff.is_ome:
        return {}, {}
    pixels = ElementTree.fromstring(tiff.ome_metadata).find(".//{*}Pixels")
    channels = pixels.findall("{*}Channel")
    names = [name for name in _CHANNEL if channels and all(name in one.attrib for one in channels)]
    of_channels = {name: [one.attrib[name] for one in channels] for name in names}
    return of_channels, {name: pixels.attrib[name] for name in _PIXELS if name in pixels.attrib}


def _sizes(path):
    """Return the size of a pixel as attributes of OME, whose default unit is the micrometre."""
    found = metadata_of_tiff(path).resolution
    return {f"PhysicalSize{axis}": float(f"{1e6 / n:.9g}") for axis, n in zip("XY", found or ())}


def write_planes(path, images, planes):
    """Write fused planes as an OME-TIFF with the axes T, C, Y and X, deflated.

    `images` yields them by time and channel, one at a time; `planes` are the Planes of the sources.
    Raise BadInput if the file cannot be written.
    """
    images = iter(images)
    first = next(images)
    shape = (*planes.pages.shape[:2], *first.shape)
    axes = "TCYXS"[: len(shape)]
    metadata = {"axes": axes, **planes.pixels}
    if planes.channels:
        metadata["Channel"] = planes.channels
    big = prod(shape) * first.dtype.itemsize > _BIG
    with (
        atomic_write(path) as partial,
        tifffile.TiffWriter(partial, bigtiff=big, ome=True) as tiff,
    ):
        tiff.write(
            chain([first], images),
            shape=shape,
            dtype=first.dtype,
            photometric="rgb" if first.shape[2:] > (2,) else "minisblack",
            compression="zlib",
            metadata=metadata,
        )
