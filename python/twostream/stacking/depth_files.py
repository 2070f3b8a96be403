"""The files that show the depth of a stack: map, preview, mesh and animation."""

from typing import TYPE_CHECKING, Optional

import numpy as np

from ..depth.mesh import write_mesh
from ..depth.preview import depth_preview, with_legend
from ..depth.rocking import write_rocking
from ..io import images
from ..io.focus_distance import focus_distance
from ..io.pixels import with_axis, without_alpha
from .result import StackResult

if TYPE_CHECKING:
    from .outputs import Outputs


def write_depth(outputs: "Outputs", result: StackResult) -> None:
    """Write the files that the outputs name, each atomically."""
    depth, count, distances = result.depth_map, len(result.frames), focus_distances(result)
    if depth is None:
        return
    nearest = outputs.near or _nearest(distances)
    share = depth / max(count - 1, 1)
    if outputs.depth_map and outputs.depth_bits_of_map == 16:
        images.write(outputs.depth_map, np.rint(share * 65535).astype(np.uint16))
    elif outputs.depth_map:
        if distances and not outputs.z_step:
            said = "holds the distance from the camera in meters, from the focus distances in EXIF."
            result.warnings.append(f"{outputs.depth_map} {said}")
        images.write(outputs.depth_map, _in_meters(depth, outputs.z_step, distances))
    if outputs.depth_preview:
        ends = _ends(count, nearest, outputs.z_step, distances)
        images.write(outputs.depth_preview, with_legend(depth_preview(depth, count), ends))
    if outputs.mesh or outputs.stereo:
        height = share if nearest == "last" else 1 - share
        pixels = _eight_bits(result)
        if outputs.mesh:
            write_mesh(outputs.mesh, pixels, height)
        if outputs.stereo:
            write_rocking(outputs.stereo, pixels, height)


def focus_distances(result: StackResult) -> Optional[list[float]]:
    """Return the frames' distances in meters; None unless all are known and rise or fall."""
    paths = [getattr(result.frames.source(n), "path", None) for n in range(len(result.frames))]
    said = [path and focus_distance(path) for path in paths]
    found = [meters for meters in said if meters]
    steps = np.diff(found)
    known = len(found) == len(said) and ((steps > 0).all() or (steps < 0).all())
    return found if known else None


def _nearest(distances: Optional[list[float]]) -> Optional[str]:
    if distances is None:
        return None
    return "first" if distances[0] < distances[-1] else "last"


def _in_meters(
    depth: np.ndarray, z_step: Optional[float], distances: Optional[list[float]]
) -> np.ndarray:
    """Convert a depth in frames where meters are known: between frames, diopters are linear."""
    if z_step or not distances:
        return depth * np.float32(z_step or 1)
    diopters = np.interp(depth, np.arange(len(distances)), 1 / np.array(distances))
    return (1 / diopters).astype(np.float32)


def _ends(
    count: int, nearest: Optional[str], z_step: Optional[float], distances: Optional[list[float]]
) -> list[str]:
    """Name the ends of the legend, first and last frame, in ASCII."""
    steps = [z_step * n for n in range(count)] if z_step else distances
    names = []
    for number, end in ((0, "first"), (count - 1, "last")):
        side = "near" if end == nearest else "far"
        name = side if nearest else end
        length = f" {_length(steps[number])}" if steps else f" ({end})" * bool(nearest)
        names.append(name + length)
    return names


def _length(meters: float) -> str:
    for unit, size in (("m", 1), ("mm", 1e-3), ("um", 1e-6)):
        if meters >= size:
            return f"{meters / size:.3g} {unit}"
    return f"{meters * 1e9:.3g} nm" if meters else "0 m"


def _eight_bits(result: StackResult) -> np.ndarray:
    """Return the fused image as H x W x 3, uint8."""
    image = with_axis(without_alpha(result.image))
    unit = np.clip(result.frames.scale.to_unit(image), 0, 1)
    found = np.rint(unit * 255).astype(np.uint8)
    return np.dstack([found] * 3) if found.shape[2] == 1 else found
