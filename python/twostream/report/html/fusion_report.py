"""Report on one fusion: the sources, the result, its maps and settings."""

from pathlib import Path

from ...depth.preview import depth_preview
from ...io.pixels import squeezed, white_level, without_alpha
from ..focus_map import focus_map
from .embedding import embedded
from .pages import write_page
from .viewer import Shown, Viewer, legend

SIDE = 1600
"""Largest side of a picture in the report, in pixels."""


def fusion_report(path, result, lines=(), maps=()):
    """Write a report on a StackResult, whose frames are read one at a time, as an HTML file.

    The `lines` are sentences on the fusion, such as its summary; `maps` are those of `options.MAPS`
    that are shown. Raise BadInput if the report cannot be written.
    """
    image = without_alpha(result.image)
    white = white_level([image])
    names = [Path(result.frames.name(n)).name for n in range(len(result.frames))]
    pictures = [
        Shown(name, f"Source {name}", embedded(squeezed(frame), SIDE, white))
        for name, frame in zip(names, result.frames)
    ]
    count, fused = len(names), embedded(image, SIDE, white)
    pictures.append(Shown("Fused", f"Fusion of the {count} sources", fused))
    pictures += [
        Shown(f"{kind.capitalize()} map", alt, embedded(image, SIDE), legend=legend(kind, names))
        for kind, alt, image in _maps(result, names, maps)
    ]
    viewer = Viewer("Frames and result", pictures, right=count)
    write_page(path, "fusion.html", title="Fused stack", viewers=[viewer], lines=lines)


def _maps(result, names, maps):
    """Yield name, description and picture of each map that the fusion has made."""
    if result.focus_map is not None:
        yield "focus", map_text(names), focus_map(result.focus_map, len(names))
    if "depth" in maps:
        yield "depth", "Depth of each pixel", depth_preview(result.depth_map, len(names))
    if "confidence" in maps:
        yield "confidence", "Where the fusion is reliable", result.confidence


def map_text(names):
    """Describe a focus map of these sources in words."""
    between = ", gray from those between" if len(names) > 2 else ""
    return f"Focus map: white where pixels come from {names[0]}{between}, black from {names[-1]}"
