"""How much memory a fusion takes, and the tiles and kept frames that fit into what is given.

It is arithmetic: what `tree` holds at once, in pictures and planes, and what the nets take, from
their blobs. All is in bytes, on a CPU, by the engine onnx.
"""

import math
from dataclasses import dataclass

from ..caffe_files.blobs import blob_bytes
from ..caffe_files.prototxt import read_net
from ..caffe_files.schema import TEST
from ..errors import BadInput
from . import select
from .field_of_view import field_of_view
from .tiled_net import MIRRORED
from .tree import most_waiting

PROGRAM = 130_000_000
"""Measured: interpreter, libraries and loaded nets, 75 MB, and what malloc does not return."""
MEASURING = 40_000_000
"""Measured: pyramids by which frames are aligned."""
READING = 3
"""Pictures that decoding a file may hold: as BGR, as RGB, and the file itself, mapped."""
SPARE = 1.15
"""Measured: ONNX Runtime takes at most this share of the bytes of all blobs."""
PLANES = 14
"""Float planes of a tile, for each channel, that the arithmetic around a net holds."""
SMOOTHED = 22
"""Bytes that the smoothing of scores holds for each pixel: float planes at full and half sides."""
WATCHED = 4
"""Measured: bytes that the maps which watch frames go by hold for each pixel."""
DEPTH = 65
"""Measured: bytes that the depth map takes for each pixel, at the end."""
SIDES = (512, 384, 256, 192, 128, 96, 64)
"""Sides of tiles that are tried."""
FEWER = 128
"""Side below which fewer threads are tried first, since much of a tile is then its halo."""


@dataclass(frozen=True)
class Stack:
    """What is known of frames before they are fused.

    Attributes
    ----------
    count : int
    shape : tuple of int
        H, W, C.
    itemsize : int
        Bytes of a pixel's channel.
    moved, filled, levelled : bool
        Whether some are warped, filled from another one, and have another gain than 1.
    watched, depth, report : bool
        Whether maps are made of them, whether that of depth is one, and whether they are read once
        more for a report.
    """

    count: int
    shape: tuple
    itemsize: int
    moved: bool = False
    filled: bool = False
    levelled: bool = False
    watched: bool = False
    depth: bool = False
    report: bool = False

    @property
    def pixels(self):
        """Of a frame."""
        return self.shape[0] * self.shape[1]

    @property
    def frame(self):
        """Bytes of a frame."""
        return math.prod(self.shape) * self.itemsize

    def reading(self, room):
        """Bytes that are held while a frame is got, with room for so many bytes of frames."""
        decoded = 0 if self.count * self.frame <= room else READING * self.frame
        masks = 3 * self.pixels  # of what a warped frame shows
        warped = self.moved * (2 * self.frame + masks)
        floats = self.levelled * (3 * self.frame + 4 * self.pixels * self.shape[2])
        filled = self.filled * (2 * self.frame + masks + decoded)
        return max(decoded, warped, floats, filled)


@dataclass(frozen=True)
class Nets:
    """What the nets of a fusion take.

    Attributes
    ----------
    tiles, pieces : int
        Bytes of the net that goes through all tiles, and of the one for pieces beside borders.
    streams : int
        Pictures that are fused at once.
    decides : bool
        Whether the fusion goes through the lumas first, as `select.Select` does.
    """

    tiles: int
    pieces: int
    streams: int
    decides: bool


@dataclass(frozen=True)
class Plan:
    """What fits into the memory that is given.

    Attributes
    ----------
    tile : int
        Side of the tiles.
    threads : int
        Tiles that are fused at once.
    room : int
        Bytes of frames that are kept.
    """

    tile: int
    threads: int
    room: int


def stack_of(frames, **results):
    """Describe `RegisteredFrames` and what is made of them: `watched`, `depth`, `report`."""
    shape = (*frames.size, frames.shape[2])
    levelled = bool((frames.gains != 1).any())
    how = (frames.moves, frames.fills, levelled)
    return Stack(len(frames), shape, frames.dtype.itemsize, *how, **results)


def nets_of_select(stack, side, decider, estimator, threads):
    """Compute what the nets of `select.Select` take; they are deploy nets' files."""
    decider, estimator = (read_net(path, TEST) for path in (decider, estimator))
    outer = _outer(stack, side, decider, select.SCORE_MARGIN, MIRRORED)
    deciding = SPARE * blob_bytes(decider, outer)
    smoothed = math.prod(min(n, select.TILE + 2 * select.HALO) for n in stack.shape[:2])
    around = max(4 * PLANES * math.prod(outer), SMOOTHED * smoothed)
    step = field_of_view(estimator)[1]
    piece = math.ceil((select.BLOCK + 2 * select.CONTEXT) / step + 1) * step
    pieces = SPARE * blob_bytes(estimator, (piece, piece)) + 4 * PLANES * stack.shape[2] * piece**2
    return Nets(round(threads * (deciding + around)), round(threads * pieces), 2, True)


def nets_of_network(stack, side, net, threads):
    """Compute what the net of `network.Network` takes, a deploy net's file."""
    net = read_net(net, TEST)
    outer = _outer(stack, side, net)
    around = 4 * PLANES * stack.shape[2] * math.prod(outer)
    tiles = round(threads * (SPARE * blob_bytes(net, outer) + around))
    return Nets(tiles, 0, sum(layer.type == "Input" for layer in net.layer), False)


def _outer(stack, side, net, margin=0, beyond=0):
    """Height and width of the outer part of a tile, whole steps of the net."""
    halo, step = field_of_view(net)
    halo += math.ceil(margin / step) * step
    sides = (min(length + 2 * beyond, side + 2 * (halo + beyond)) for length in stack.shape[:2])
    return [math.ceil(length / step) * step for length in sides]


def needed(stack, nets, room):
    """Compute the memory that a fusion takes.

    Parameters
    ----------
    stack : Stack
    nets : Nets
    room : int
        Bytes of frames that are kept.

    Returns
    -------
    int
        Bytes, at the worst moment.
    """
    moments = [_measuring(stack, room), *_fusing(stack, nets, room)]
    moments += _deciding(stack, nets, room) if nets.decides else []
    return PROGRAM + stack.watched * WATCHED * stack.pixels + max(moments)


def _measuring(stack, room):
    ways = 1 if stack.count == 2 else 2
    reading = ways * (READING * stack.frame + MEASURING)
    return min(room, (stack.count - 1) * stack.frame) + reading


def _deciding(stack, nets, room):
    """Bytes while the last luma of two is made, and while one is chosen and the next is made."""
    plane, waiting = 2 * stack.pixels, most_waiting(stack.count, 2)
    kept = min(room, stack.count * stack.frame)
    # A single frame's luma has no plane that says where it comes from.
    sources = max(0, waiting - 2) * plane
    reading = kept + (waiting - 1) * plane + sources + stack.reading(room)
    choosing = kept + (waiting + 1) * plane + sources + plane + stack.pixels
    ahead = stack.reading(room) + plane if stack.count > 2 else 0
    return [reading, choosing + nets.tiles + ahead]


def _fusing(stack, nets, room):
    """Bytes while a frame is got, while two are fused, and while the results are written."""
    frame, waiting = stack.frame, most_waiting(stack.count, nets.streams)
    source = nets.decides * 2 * stack.pixels
    # Fused frames are let go of; the one that fills warped ones stays.
    kept = min(room, (stack.count - waiting + stack.filled) * frame)
    net = nets.tiles + nets.pieces
    before = min(waiting, stack.count - 1) * frame + kept + source
    # Masks of what comes from each of both, and distances to them.
    masks = nets.decides * stack.pixels * (5 if stack.count == 2 else 15)
    fusing = waiting * frame + kept + source + max(masks, frame + nets.decides * 2 * stack.pixels)
    # The result, its copy, and of a report the frame before the one that is read.
    written = max((READING + 2 * stack.report) * frame, stack.depth * DEPTH * stack.pixels)
    writing = kept + source + frame + written
    return [before + stack.reading(room) + net, fusing + net, writing + net]


def plan(limit, stack, nets, threads):
    """Find the most threads, then the largest tiles, then the most kept frames that fit.

    Parameters
    ----------
    limit : int
        Bytes.
    stack : Stack
    nets : callable
        Of a side of tiles and a number of threads: the `Nets`.
    threads : int
        Tiles that are fused at once, at most.

    Returns
    -------
    Plan

    Raises
    ------
    BadInput
        If the smallest tiles, one at once, take more.
    """
    for side, count in _choices(threads):
        found = nets(side, count)
        if needed(stack, found, 0) <= limit:
            rooms = (number * stack.frame for number in range(stack.count, 0, -1))
            fit = (r for r in rooms if needed(stack, found, r) <= limit)
            return Plan(side, count, next(fit, 0))
    least = needed(stack, found, 0)
    raise BadInput(
        f"{stack.count} frames of {stack.shape[1]}x{stack.shape[0]} pixels take at least "
        f"{math.ceil(least / 1e6)}MB of memory; --memory allows {limit // 10**6}MB."
    )


def _choices(threads):
    """Sides of tiles and numbers of threads, in the order in which they are tried."""
    while threads > 1:
        yield from ((side, threads) for side in SIDES if side >= FEWER)
        threads //= 2
    yield from ((side, 1) for side in SIDES)
