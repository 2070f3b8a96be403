"""Aligning the frames of a stack: each is measured against the middle one, or its neighbour."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ..errors import BadInput
from .band_pyramid import BandPyramid
from .registration import CLEAR, Match, left_over, match, shift_at_corners

ALIGNED = 0.5
"""Shift in pixels, at the corners, below which a frame is left as it is."""
DOUBT = 2
"""How many times the doubt of a measurement a shift must be larger than that."""
LEFT = 0.9
"""Share of the difference between frame and reference that a move may leave. Moves that were found
in registered pictures, whose blur differs, left 0.93 and more; nearly all true ones below 0.85."""
SURE = 0.95
"""Correlation with the middle frame from which on the way through the neighbours is not taken."""
MODELS = ("auto", "none", "translation", "similarity", "homography")
"""Transforms that can be asked for: ``auto`` takes a similarity, or a homography where that fits
much better."""
BETTER = 0.75
"""Share of what a similarity leaves unexplained below which ``auto`` takes a homography."""


@dataclass(frozen=True)
class Alignment:
    """How the frames of a stack lie.

    Attributes
    ----------
    numbers : list of int
        The frames that fit, in their order.
    transforms : list of numpy.ndarray
        One for each of them, 3x3: maps pixel coordinates of the reference frame to those of the
        frame. The identity where it lies as the reference does.
    reference : int
        Place of the reference frame in `numbers`.
    left_out : list of int
        The other frames.
    shift : float
        Largest distance in pixels that a corner of a frame is moved.
    """

    numbers: list
    transforms: list
    reference: int
    left_out: list
    shift: float


def align(frames, model="auto", skip_bad=False):
    """Measure how the frames of a stack lie.

    The middle frame is the reference, unless most others do not fit it. Frames are read outwards
    from there, so that only five are in memory. A frame that shows nothing but noise or a flat
    surface cannot be measured; it counts as aligned.

    Parameters
    ----------
    frames : Frames
    model : str
        One of `MODELS`.
    skip_bad : bool
        Whether frames that do not fit are left out, rather than an error.

    Returns
    -------
    Alignment

    Raises
    ------
    BadInput
        If a frame does not fit and `skip_bad` is not set, or fewer than two fit.
    """
    middle, best = (len(frames) - 1) // 2, {}
    if model == "none":
        return Alignment([*range(len(frames))], [np.eye(3)] * len(frames), middle, [], 0.0)
    for reference in dict.fromkeys((middle, min(middle + 1, len(frames) - 1), 0)):
        found = _measured(frames, model, reference)
        if len(found) > len(best):
            best, middle = found, reference
        if 2 * len(best) > len(frames):
            break
    return _alignment(frames, best, middle, skip_bad)


def _alignment(frames, found, reference, skip_bad):
    bad = [number for number in range(len(frames)) if number not in found]
    if bad and not skip_bad:
        raise BadInput(
            f"{frames.name(bad[0])} does not fit {frames.name(reference)}: it shows something "
            "else, too little of it, or what has moved; --skip-bad leaves such pictures out."
        )
    if len(found) < 2:
        raise BadInput(f"No other picture fits {frames.name(reference)}.")
    numbers = sorted(found)
    transforms = [_settled(found[number], frames.shape) for number in numbers]
    shift = max(shift_at_corners(transform, frames.shape[:2]) for transform in transforms)
    return Alignment(numbers, transforms, numbers.index(reference), bad, shift)


def _settled(found, shape):
    """Transform of a frame, or the identity where it hardly shifts, or not surely."""
    return found.transform if _moves(found, shape) and found.left < LEFT else np.eye(3)


def _moves(found, shape):
    """Whether a frame shifts by more than is left alone, also in view of the doubt."""
    return shift_at_corners(found.transform, shape[:2]) > ALIGNED + DOUBT * found.doubt


def _measured(frames, model, reference):
    """Match of each frame that fits the reference, by number; both ways outwards at once."""
    middle = BandPyramid(frames[reference])
    found = {reference: _same(middle)}
    ways = (range(reference + 1, len(frames)), range(reference - 1, -1, -1))
    with ThreadPoolExecutor(len(ways)) as pool:
        for part in pool.map(partial(_outwards, frames, model, middle), ways):
            found.update(part)
    return found


def _outwards(frames, model, middle, way):
    found, last = {}, (middle, _same(middle))
    for number in way:
        pyramid = BandPyramid(frames[number])
        match_ = _match_of(pyramid, middle, *last, model)
        if match_.fits:
            if _moves(match_, middle.shape):
                match_ = replace(match_, left=left_over(middle, pyramid, match_))
            found[number] = match_
            last = pyramid, match_
    return found


def _same(pyramid):
    return Match(np.eye(3), 0.0, 1.0, 1.0, len(pyramid.levels) - 1)


def _match_of(pyramid, middle, neighbour, known, model):
    """Match of a frame with the middle one, directly or by way of its neighbour."""
    if not (pyramid.is_measurable and middle.is_measurable):
        return _same(pyramid)
    direct = _best(middle, pyramid, model, None if neighbour is middle else known.transform)
    if neighbour is middle or (direct.correlation > SURE and direct.level == known.level):
        return direct
    step = _best(neighbour, pyramid, model)
    if not step.fits or not neighbour.is_measurable:
        return direct
    return Match(
        step.transform @ known.transform,
        step.doubt + known.doubt,
        step.correlation,
        min(step.overlap, known.overlap),
        step.level,
    )


def _best(template, pyramid, model, start=None):
    if model != "auto":
        return match(template, pyramid, model, start)
    found = match(template, pyramid, "similarity", start)
    if found.correlation >= CLEAR and found.level + 1 == len(template.levels):
        return found
    freer = match(template, pyramid, "homography", found.transform if found.fits else start)
    much_better = 1 - freer.correlation < BETTER * (1 - found.correlation)
    return freer if freer.fits and freer.level >= found.level and much_better else found
