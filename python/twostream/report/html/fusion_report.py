"""Report on one's own pictures: the sources, what they were fused into, and how."""

from ...io.pixels import white_level
from ..focus_map import focus_map
from .embedding import embedded
from .pages import write_page
from .viewer import Shown, Viewer

SIDE = 1600
"""Largest side of a picture in the report, in pixels."""
MAP = "Focus map"


def fusion_report(path, sources, fused, source_index=None, lines=()):
    """Write a report on a fusion.

    Parameters
    ----------
    path : str or Path
        HTML file to write.
    sources : iterable of (str, numpy.ndarray)
        Two or more: what a source is called, and its picture, H x W or H x W x C of any type. One
        at a time is in memory, if the iterable reads them so.
    fused : numpy.ndarray
        The fused picture, of the sources' type.
    source_index : numpy.ndarray, optional
        H x W, integer: the number of the source, from 0, that each pixel comes from.
    lines : sequence of str
        Sentences on the fusion, such as its summary.

    Raises
    ------
    BadInput
        If the report cannot be written.
    """
    white = white_level([fused])
    pictures = [
        Shown(name, f"Source {name}", embedded(_squeezed(image), SIDE, white))
        for name, image in sources
    ]
    count = len(pictures)
    result = Shown(
        "Fused", f"Fusion of the {count} sources", embedded(_squeezed(fused), SIDE, white)
    )
    pictures.append(result)
    if source_index is not None:
        drawn = embedded(focus_map(source_index, count), SIDE)
        pictures.append(Shown(MAP, map_text([shown.label for shown in pictures[:count]]), drawn))
    viewer = Viewer("Pictures", pictures, right=count)
    write_page(path, "fusion.html", title="Fused pictures", viewers=[viewer], lines=lines)


def map_text(names):
    """Say in words what a focus map of these sources shows."""
    between = ", gray from those between" if len(names) > 2 else ""
    return f"Focus map: white where pixels come from {names[0]}{between}, black from {names[-1]}"


def _squeezed(image):
    return image[..., 0] if image.ndim == 3 and image.shape[2] == 1 else image
