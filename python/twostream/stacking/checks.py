"""Checks before the work begins: the options, and whether the frames belong together."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cv2
import numpy as np

from ..engines import engine_name
from ..errors import BadInput
from ..fusion.frames import Frames, Seen
from ..io.pixels import luma, reduced_to
from ..methods import method
from ..methods.interface import Method
from ..progress import Bar
from .options import StackOptions

METHOD_OPTIONS = ("engine", "weights", "prototxt", "tile", "prefer")
"""Options that only some methods have."""
DARK = 0.2
"""Share of the median brightness of the stack below which a frame is nearly black."""
CLIPPED, USUAL = 0.6, 0.3
"""A frame is overexposed if its share of white pixels is above the first, the median below."""
THUMBNAIL = 1000
"""Number of pixels of a thumbnail, in which focus hardly changes a frame."""
SHIFT = 0.2
"""Share of the sides by which a frame may be shifted."""
UNLIKE, ALIKE = 0.5, 0.7
"""A frame is unlike its neighbours if its correlation with them is below the first limit, and the
median correlation of the stack above the second."""
FLAT = 0.1
"""Contrast, as a share of the stack's median, below which a frame is not judged."""
NOISE = 0.4
"""Correlation of neighbouring pixels below which a frame shows noise."""


def method_of(options: StackOptions) -> tuple[Method, dict[str, Any]]:
    """Return the method and its keyword arguments.

    Raise BadInput if it does not exist or lacks a given option, or the engine cannot be used.
    """
    chosen = method(options.method)
    values = {name: getattr(options, name) for name in METHOD_OPTIONS}
    settings = {name: value for name, value in values.items() if value is not None}
    chosen.check_options(settings)
    if "engine" in chosen.options:
        settings.setdefault("engine", "auto")
        engine_name(settings["engine"])
    if "progress" in chosen.options:
        settings["progress"] = options.progress
    return chosen, settings


def check_memory(options: StackOptions, chosen: Method, settings: dict[str, Any]) -> None:
    """Raise BadInput if the memory is limited and cannot be planned."""
    if options.memory is None:
        return
    if not chosen.is_bounded:
        raise BadInput(
            f"The method {chosen.name} holds all frames, whatever --memory says. Use select or "
            "two_stream."
        )
    if options.tile:
        raise BadInput("--memory chooses the tiles. Give it or --tile, not both.")
    if engine_name(settings["engine"]) != "onnx" or _on_gpu():
        raise BadInput("--memory is for the engine onnx on a CPU. Choose it with --engine onnx.")


def _on_gpu() -> bool:
    from ..engines.onnx import on_gpu  # slow to import, and missing for old Pythons

    return on_gpu()


def select_frames(
    frames: Frames, skip_bad: bool, progress: Any = False
) -> tuple[list[int], list[str]]:
    """Read all frames, and select those that belong to one stack.

    Return their numbers, and a sentence for each of the others, which `skip_bad` leaves out. Raise
    BadInput if a frame is unlike the others and `skip_bad` is not set, or fewer than two belong to
    the stack.
    """
    with ThreadPoolExecutor(2) as pool:
        seen = pool.map(frames.seen, range(len(frames)))
        reasons = unlike(list(Bar("read", len(frames), progress).over(seen)))
    if reasons and not skip_bad:
        first = min(reasons)
        raise BadInput(
            f"{frames.name(first)} {reasons[first]}. Leave such frames out with --skip-bad."
        )
    numbers = [number for number in range(len(frames)) if number not in reasons]
    if len(numbers) < 2:
        raise BadInput("Fewer than two frames belong to one stack.")
    left_out = [f"{frames.name(n)} is left out: it {reasons[n]}." for n in sorted(reasons)]
    return numbers, left_out


def unlike(seen: list[Seen]) -> dict[int, str]:
    """Find frames that are unlike the others: number -> reason."""
    kinds = [(one.shape[:2], one.dtype) for one in seen]
    usual = Counter(kinds).most_common(1)[0][0]
    reasons = {
        n: f"is {_kind(kind)}; the other frames are {_kind(usual)}"
        for n, kind in enumerate(kinds)
        if kind != usual
    }
    for find in (_badly_exposed, _of_another_scene):
        rest = [n for n in range(len(seen)) if n not in reasons]
        reasons.update((rest[n], why) for n, why in find([seen[n] for n in rest]).items())
    return reasons


def _kind(kind: tuple) -> str:
    (height, width), dtype = kind
    return f"{width}x{height} pixels of {dtype}"


def _badly_exposed(seen: list[Seen]) -> dict[int, str]:
    black, white = min(one.robust[0] for one in seen), max(one.robust[1] for one in seen)
    brightness = np.array([np.clip(one.small, *one.robust).mean() - black for one in seen])
    clipped = np.array([(one.small > 0.97 * white).mean() for one in seen])
    found = {}
    for n in np.flatnonzero(brightness < DARK * np.median(brightness)):
        found[int(n)] = "is nearly black"
    if np.median(clipped) < USUAL:
        found.update((int(n), "is overexposed") for n in np.flatnonzero(clipped > CLIPPED))
    return found


def _of_another_scene(seen: list[Seen]) -> dict[int, str]:
    """Find frames that do not resemble their neighbours, and frames of noise."""
    if len(seen) < 2:
        return {}
    planes = [np.clip(luma(one.small), *one.robust) for one in seen]
    thumbnails = [reduced_to(plane[..., None], THUMBNAIL)[..., 0] for plane in planes]
    contrasts = np.array([thumbnail.std() for thumbnail in thumbnails])
    coarse = [_neighbours(plane) for plane in planes]
    likeness = [_likeness(thumbnails, n) for n in range(len(seen))]
    shows = contrasts > FLAT * np.median(contrasts)
    # Noise has no contrast in a thumbnail.
    shows |= np.array([one.deviation.mean() for one in seen]) > FLAT * np.median(contrasts)
    found = {}
    for n in np.flatnonzero(shows & (np.array(likeness) < UNLIKE)):
        if coarse[n] < NOISE < np.median(coarse):
            found[int(n)] = "shows only noise"
        elif len(seen) > 2 and np.median(likeness) > ALIKE:
            found[int(n)] = "shows another scene"
    return found


def _likeness(thumbnails: list[np.ndarray], number: int) -> float:
    """Return the largest correlation of a thumbnail's middle with its neighbours' at any shift."""
    own = thumbnails[number]
    rim = [int(SHIFT * side) for side in own.shape]
    middle = own[rim[0] : own.shape[0] - rim[0], rim[1] : own.shape[1] - rim[1]]
    near = [n for n in range(number - 2, number + 3) if n != number and 0 <= n < len(thumbnails)]
    return max(
        float(cv2.matchTemplate(thumbnails[n], middle, cv2.TM_CCOEFF_NORMED).max()) for n in near
    )


def _neighbours(plane: np.ndarray) -> float:
    """Return the correlation of neighbouring pixels."""
    plane = plane - plane.mean()
    square = max(float((plane**2).mean()), 1e-12)
    pairs = (plane[1:] * plane[:-1]).mean() + (plane[:, 1:] * plane[:, :-1]).mean()
    return float(pairs) / 2 / square
