"""Tiles, threads and cached frames that fit into a memory limit, on a CPU with the engine onnx.

The peak memory is the largest of these moments, in frames and in bytes for each pixel of a frame:

| moment | frames | bytes per pixel |
| --- | --- | --- |
| register | 3 that are decoded, for each direction from the middle frame | - |
| read | those that wait in the tree, and 2; 2 more if one fills the edges of others | 2 |
| fuse | those that wait in the tree, and 1 or the masks | 2 |
| average | 2 | 4 for each channel, plus 9 |
| write | 4, and 2 for a report | 2, and `DEPTH` for a depth map |

The program, the cached frames, a dark frame and a flat field are added to each, the networks' tiles
to all but the first.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Optional

from ..alignment.registered import RegisteredFrames
from ..engines.threads import thread_count
from ..errors import BadInput
from ..fusion.frames import ROOM, Frames
from ..fusion.tree import BALANCED
from ..methods.interface import Method
from .corrections import correction_files
from .options import StackOptions
from .outputs import Outputs

PROGRAM = 130_000_000
"""Measured: interpreter, libraries and loaded networks."""
PYRAMID, FLOW = 40_000_000, 80_000_000
"""Measured: bytes for each direction of registration, and additional bytes of optical flow."""
MASKS = 5, 15
"""Bytes per pixel of the masks of chosen frames, for a pair and for more frames."""
DEPTH = 50
"""Measured: bytes of the depth map at the end."""
STEPS = 16
"""Bytes that --save-steps keeps of seven fusions, in addition to a frame."""
OBSERVED = 4
"""Measured: bytes that advice and maps keep of the frames."""
TILES = (512, 384, 256, 192, 128, 96, 64)
FEWER = 128
"""Tile below which fewer threads are tried first, since much of a tile is then its halo."""


def begin(frames: Frames, limit: Optional[int]) -> None:
    """Leave room for registration, which reads every frame once."""
    if limit:
        frames.keep(min(ROOM, limit // 4))


def fitted(
    frames: RegisteredFrames,
    chosen: Method,
    settings: dict[str, Any],
    options: StackOptions,
    outputs: Optional[Outputs] = None,
) -> dict[str, Any]:
    """Choose the most threads, then the largest tile, then the most cached frames that fit.

    Set the cache of the frames, and return the settings of the method with tile and threads.
    Without a limit, change nothing. Raise BadInput if the smallest tiles, one at a time, take more
    than the limit.
    """
    limit = options.memory_limit
    if limit is None:
        return settings
    files = {name: settings[name] for name in ("weights", "prototxt") if name in settings}
    (height, width), channels = frames.size, frames.shape[2]
    for tile, threads in _choices(thread_count()):
        net = threads * chosen.module.tile_bytes((height, width, channels), tile, **files)
        least = peak(frames, net, options, outputs)
        if least <= limit:
            frames.keep(limit - least)
            return {**settings, "tile": tile, "threads": threads}
    raise BadInput(
        f"{len(frames)} frames of {width}x{height} pixels take at least {math.ceil(least / 1e6)}MB "
        f"of memory; --memory allows {limit // 10**6}MB. Raise the limit."
    )


def _choices(threads: int) -> Iterator[tuple[int, int]]:
    while threads > 1:
        yield from ((tile, threads) for tile in TILES if tile >= FEWER)
        threads //= 2
    yield from ((tile, 1) for tile in TILES)


def peak(
    frames: RegisteredFrames, net: int, options: StackOptions, outputs: Optional[Outputs] = None
) -> int:
    """Estimate the peak memory in bytes without cached frames; `net` is that of the networks."""
    pixels, count = math.prod(frames.size), len(frames)
    frame = pixels * frames.shape[2] * frames.dtype.itemsize
    levelled = bool((frames.gains != 1).any())
    reports = 2 * bool(outputs and outputs.report)
    depth = DEPTH * ("depth" in options.maps)
    flow = FLOW * (options.align in ("auto", "local"))
    moments = (
        min(count - 1, 2) * (3 * frame + PYRAMID + flow),
        (waiting(count) + 2 + 2 * frames.fills + levelled) * frame + 2 * pixels + net,
        waiting(count) * frame + max(frame, MASKS[count > 2] * pixels) + 2 * pixels + net,
        2 * frame + (4 * frames.shape[2] + 9) * pixels + net,
        (4 + reports) * frame + (2 + depth) * pixels + net,
    )
    always = PROGRAM + len(correction_files(options)) * frame
    if outputs and outputs.save_steps:
        always += 2 * frame + STEPS * pixels
    return always + OBSERVED * pixels * options.observes(count) + max(moments)


def waiting(count: int) -> int:
    """Count the frames that the tree of a fusion in pairs holds at most, see `fusion.tree`."""
    return 1 + int(math.log2(min(count, BALANCED))) + (count > BALANCED)


def share_of(options: StackOptions, jobs: Optional[int]) -> StackOptions:
    """Share the memory limit between processes, without the one that starts them.

    On a cluster, where `jobs` is None, each process has the whole limit.
    """
    limit = options.memory_limit
    return replace(options, memory=max(1, (limit - PROGRAM) // jobs)) if limit and jobs else options
