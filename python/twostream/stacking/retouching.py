"""Retouching: along strokes of a soft brush, the result takes a chosen frame."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

import cv2
import numpy as np

from ..errors import BadInput
from ..io.regular import read_small
from .own_files import parsed, readable

if TYPE_CHECKING:
    from ..alignment.registered import RegisteredFrames
    from ..fusion.tree import Fused

KINDS = "twostream record 1", "twostream strokes 1"
"""First entries of the files that hold strokes."""
MOST_BYTES = 2**24
MOST_STROKES, MOST_POINTS = 10**4, 10**5
"""Limits of a retouched result; the limit of points is for all strokes together."""
SUBPIXELS = 4
"""Bits of the fractions of coordinates."""
HALF = 0.5
"""Weight of a brush from which the decision map names the frame."""
STRIP = 256
"""Rows that are retouched at once."""


@dataclass(frozen=True)
class Stroke:
    """A stroke of a soft brush: the result takes a frame here.

    Attributes
    ----------
    frame : int
        Number, from 0, of the frame among those that are fused.
    radius : float
        Radius of the brush, in pixels of the result.
    softness : float
        Share of the radius, 0 to 1, in which the brush fades; it fades in one pixel at least.
    points : sequence of (float, float)
        x and y in pixels of the result, from its top left corner. Lines connect them.

    Examples
    --------
    >>> import numpy as np
    >>> import twostream as ts
    >>> a = np.tile(np.arange(64, dtype=np.uint8), (48, 1))
    >>> stroke = ts.Stroke(frame=1, radius=6, softness=0.5, points=[(10, 10), (30, 10)])
    >>> options = ts.StackOptions(method="average", align="none", level="none")
    >>> result = ts.stack([a, a + 100], options, strokes=(stroke,))
    >>> int(result.image[10, 20]), int(result.image[30, 20])
    (120, 70)
    """

    frame: int
    radius: float
    softness: float
    points: Sequence[tuple[float, float]]


def strokes_of(found: Any) -> list[Stroke]:
    """Make strokes of the entries of a file; raise ValueError or TypeError if they are none."""
    if not isinstance(found, list):
        raise ValueError("its strokes are no list")
    return [Stroke(**one) for one in found]


def read_strokes(path: Union[str, Path]) -> tuple[Stroke, ...]:
    """Read the strokes of a record, or of a file that holds nothing else.

    Raise BadInput if there are none. `fault` still has to check them.
    """
    advice = f" Give a record of twostream fuse or of the page, or a file of the kind {KINDS[1]!r}."
    with readable(path, "holds no strokes", advice):
        found = parsed(read_small(path, MOST_BYTES))
        if found.get("kind") not in KINDS:
            raise ValueError("it is of another kind")
        return tuple(strokes_of(found.get("strokes", [])))


def fault(strokes: Sequence[Stroke], count: int, size: Sequence[int]) -> Optional[str]:
    """Name the first error in strokes on a result of `count` frames and `size` (height, width)."""
    if len(strokes) > MOST_STROKES:
        return f"there are more than {MOST_STROKES} strokes"
    points = 0
    for number, one in enumerate(strokes):
        if not isinstance(one, Stroke):
            return f"stroke {number} is no stroke"
        wrong = next((f.name for f in fields(one) if not _fits(one, f.name, count, size)), None)
        if wrong:
            return f"{wrong} of stroke {number} is not valid"
        points += len(one.points)
    return f"the strokes have more than {MOST_POINTS} points" if points > MOST_POINTS else None


def _fits(stroke: Stroke, name: str, count: int, size: Sequence[int]) -> bool:
    value = getattr(stroke, name)
    if name == "frame":
        return type(value) is int and 0 <= value < count
    if name == "points":
        return (
            isinstance(value, (list, tuple))
            and bool(value)
            and all(
                isinstance(one, (list, tuple))
                and len(one) == 2
                and all(_within(part, 0, most) for part, most in zip(one, (size[1], size[0])))
                for one in value
            )
        )
    return _within(value, *((0, 1) if name == "softness" else (0.5, max(size))))


def _within(value: Any, least: float, most: float) -> bool:
    return type(value) in (int, float) and math.isfinite(value) and least <= value <= most


def check(strokes: Sequence[Stroke], frames: "RegisteredFrames") -> None:
    """Raise BadInput unless strokes fit a result of these frames."""
    wrong = fault(strokes, len(frames), frames.shape[:2])
    if wrong:
        height, width = frames.shape[:2]
        raise BadInput(
            f"The strokes do not fit the result of {len(frames)} frames and {width}x{height} "
            f"pixels: {wrong}."
        )


def retouched(fused: "Fused", frames: "RegisteredFrames", strokes: Sequence[Stroke]) -> "Fused":
    """Apply strokes one after the other, and update the decision map.

    Each pixel becomes ``(1 - w) * itself + w * frame``, with the weight w of the brush. The
    decision map names the frame from the weight 1/2 on. The image is changed in place.
    """
    if not strokes:
        return fused
    source = None if fused.source is None else fused.source.copy()
    for number, some in groupby(strokes, key=lambda stroke: stroke.frame):
        frame = frames[number]
        for stroke in some:
            for place in _strips(stroke, frame.shape[:2]):
                weight = _weight(stroke, *place)
                _blend(fused.picture[place], frame[place], weight[..., None])
                if source is not None:
                    source[place][weight >= HALF] = number
    return replace(fused, source=None if source is None else frames.settled(source))


def taken(strokes: Sequence[Stroke], size: Sequence[int]) -> np.ndarray:
    """Return where strokes take their frames in a result of `size`, height x width, bool."""
    found = np.zeros(size, bool)
    for stroke in strokes:
        for place in _strips(stroke, size):
            found[place] |= _weight(stroke, *place) >= HALF
    return found


def _blend(picture: np.ndarray, frame: np.ndarray, weight: np.ndarray) -> None:
    mixed = (1 - weight) * picture + weight * frame
    if picture.dtype.kind == "u":
        np.rint(mixed, out=mixed)
    np.copyto(picture, mixed, where=weight > 0, casting="unsafe")


def _strips(stroke: Stroke, size: Sequence[int]) -> Iterator[tuple[slice, slice]]:
    """Yield rows and columns of the parts of the result that a stroke may change."""
    points, reach = np.array(stroke.points, float), stroke.radius + 1
    low = np.maximum(np.floor(points.min(axis=0) - reach), 0).astype(int)
    high = np.minimum(np.ceil(points.max(axis=0) + reach), size[::-1]).astype(int)
    for top in range(low[1], high[1], STRIP):
        yield slice(top, min(top + STRIP, high[1])), slice(low[0], high[0])


def _weight(stroke: Stroke, rows: slice, columns: slice) -> np.ndarray:
    """Return the weight of a stroke in a part of the result, H x W, float32, from 0 to 1.

    It is 1 up to ``(1 - softness) * radius`` from the stroke's line, and 0 from the radius on.
    """
    reach = math.ceil(stroke.radius) + 1
    off = np.ones((rows.stop - rows.start + 2 * reach, columns.stop - columns.start + 2 * reach))
    middle = np.array([columns.start - reach + 0.5, rows.start - reach + 0.5])
    points = np.rint((np.array([stroke.points[0], *stroke.points]) - middle) * 2**SUBPIXELS)
    off = off.astype(np.uint8)
    cv2.polylines(off, [points.astype(np.int32)], False, 0, 1, cv2.LINE_8, SUBPIXELS)
    if off.all():
        return np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.float32)
    distance = cv2.distanceTransform(off, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    fading = max(stroke.softness * stroke.radius, 1)
    share = np.clip((stroke.radius - distance[reach:-reach, reach:-reach]) / fading, 0, 1)
    return share * share * (3 - 2 * share)
