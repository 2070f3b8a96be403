"""Feature maps of the network for a pair, like Fig. 2 of the paper."""

import math

import cv2
import numpy as np

from ..engines import load
from ..io import images
from ..io.pixels import luma, to_unit, white_level
from ..nets.pretrained import files_of
from .lettering import lettering

BLOBS = {
    "conv2_a": "Second convolution, stream A",
    "conv2_b": "Second convolution, stream B",
    "fusion": "Fusion",
}
"""Blob of the shipped net -> its title; values are taken after the ReLU."""
SCENE = "camera"
"""Name, within its folder, of the pair that Fig. 2 shows here."""
MAP, PICTURE = 96, 278
"""Largest side, in pixels, of a feature map and of a picture."""
WHITE = 99
"""Percentile of a feature map that is shown as white; few pixels are far above it."""
LABEL, NUMBER, GAP = 28, 14, 2


def feature_map_figure(pair, engine="auto"):
    """Draw the luma of a pair's first two sources and their feature maps: H x W, uint8."""
    sources = [_plane(file) for file in pair.sources[:2]]
    maps = feature_maps(sources, engine)
    panels = [_pictures(*sources, maps.pop("fused")[0])]
    panels += [_titled(f"{BLOBS[blob]}: {len(m)} maps", map_grid(m)) for blob, m in maps.items()]
    height = max(panel.shape[0] for panel in panels)
    sides = (GAP, 4 * GAP)
    panels = [np.pad(p, [(0, height - len(p)), sides], constant_values=255) for p in panels]
    return np.hstack(panels)


def feature_maps(sources, engine="auto"):
    """Compute each of `BLOBS` and the output of the shipped net from two planes of [0, 1].

    The result maps a blob's name to C x H x W, float32, at least 0.
    """
    inputs = {"data_a": sources[0][None, None], "data_b": sources[1][None, None]}
    maps = {}
    for blob in (*BLOBS, "fused"):
        net = load(*files_of("two_stream"), engine, until=blob)
        maps[blob] = net.forward(**{name: inputs[name] for name in net.inputs})[blob][0]
    return maps


def map_grid(maps):
    """Arrange numbered feature maps in a square, each scaled from black (0) to its own white.

    The number of a map that is 0 everywhere is printed in gray.
    """
    columns = math.ceil(math.sqrt(len(maps)))
    tiles = [_tile(number, plane) for number, plane in enumerate(maps)]
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % columns)
    rows = [np.hstack(tiles[n : n + columns]) for n in range(0, len(tiles), columns)]
    return np.vstack(rows)


def _plane(file):
    image = images.read(file)
    unit = to_unit(image, white_level([image]))
    return unit if unit.ndim == 2 else luma(unit)


def _tile(number, plane):
    white = np.percentile(plane, WHITE) or plane.max()
    shown = _shrunk(plane / white if white > 0 else plane, MAP)
    ink = 255 if white > 0 else 110
    return _bordered(np.vstack([lettering(str(number), shown.shape[1], NUMBER, ink, 0), shown]))


def _pictures(a, b, fused):
    parts = {"Source A": a, "Source B": b, "The network's output": fused}
    return np.vstack([_titled(title, _bordered(_shrunk(p, PICTURE))) for title, p in parts.items()])


def _titled(title, picture):
    return np.vstack([lettering(title, picture.shape[1], LABEL), picture])


def _bordered(picture):
    return np.pad(picture, GAP // 2, constant_values=255)


def _shrunk(plane, side):
    """Scale a plane of [0, 1] to a largest side, and to uint8."""
    scale = side / max(plane.shape)
    size = tuple(max(1, round(length * scale)) for length in plane.shape[::-1])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    plane = cv2.resize(plane, size, interpolation=how)
    return np.rint(np.clip(plane, 0, 1) * 255).astype(np.uint8)
