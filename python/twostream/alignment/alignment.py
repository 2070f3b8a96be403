"""Transforms that register each frame of a stack to the middle one, directly or via neighbours."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Optional

import numpy as np

from ..errors import BadInput
from ..progress import Bar
from .band_pyramid import BandPyramid
from .local import explained, local_flows, misfit_share
from .registration import CLEAR, Match, match, remaining_difference, shift_at_corners

ALIGNED = 0.5
"""Shift in pixels, at the corners, below which a frame counts as aligned."""
CERTAIN = 2
"""Multiple of a transform's uncertainty by which a shift must exceed `ALIGNED`."""
REMAINING = 0.9
"""Share of the difference between frame and reference that may remain after a transform. In aligned
frames whose blur differs, false transforms leave 0.93 and more; nearly all true ones under 0.85."""
SURE = 0.95
"""Correlation with the middle frame above which the path through the neighbours is not tried."""
UNMOVED = 0.4
"""Correlation from which on two images count as aligned if no transform can be measured."""
MODELS = ("auto", "none", "translation", "similarity", "homography", "local")
"""Transform models. ``auto`` is a similarity, or a homography if that fits much better. ``local``
adds a local flow, as ``auto`` does if the flow removes much of the difference of the frames."""
FLOWING = ("auto", "local")
"""Models that choose the transform themselves."""
BETTER = 0.75
"""Ratio of the remaining difference, homography to similarity, below which ``auto`` takes the
homography for frames that a similarity does not register well."""
LEFT, LEFT_UNMOVED, LEAST = 0.94, 0.87, 0.05
"""Maximum share of the difference between frames that remains after a flow that ``auto`` takes: if
some frames are shifted, or if none is. Without shifts, flow must also remove `LEAST`, of 255.
In registered stacks, flow leaves 0.9 and more, or the difference is faint."""
MOST = 0.4
"""Maximum mean share of misfits in a frame with a flow that ``auto`` takes."""


@dataclass(frozen=True)
class Alignment:
    """The transforms of the frames of a stack."""

    numbers: list  # the frames that could be registered, in order
    # 3x3 for each of them: maps pixel coordinates of the reference frame to those of the frame. The
    # identity for a frame that is aligned already.
    transforms: list
    reference: int  # index of the reference frame in `numbers`
    left_out: list  # frames that could not be registered
    shift: float  # largest distance in pixels by which a transform shifts a corner of a frame
    unmeasured: int = 0  # number of frames that are flat, show only noise or a periodic pattern
    flows: Optional[list] = None  # grid of the local flow of each, or None, see `LocalFlow`

    @property
    def is_local(self):
        """Whether frames are registered with local flows."""
        return self.flows is not None


def align(frames, model="auto", skip_bad=False, progress=False, reference=None):
    """Register the frames of a stack to a reference frame; return an Alignment.

    The reference is the frame of that number; if none is given, the middle one, unless most others
    cannot be registered to it. Frames are read outwards from there, so that only five are in
    memory. A frame that shows only noise or a flat surface cannot be measured; it counts as
    aligned. The transform of a periodic pattern may be wrong by whole periods, so it counts as not
    measured, too. `model` is one of `MODELS`. Frames that cannot be registered are left out if
    `skip_bad`; otherwise, and if fewer than two can, BadInput is raised. `progress` is as in
    `progress.Bar`.
    """
    middle, best = (len(frames) - 1) // 2 if reference is None else reference, {}
    if model == "none":
        return Alignment([*range(len(frames))], [np.eye(3)] * len(frames), middle, [], 0.0)
    others = (middle + 1, 0) if reference is None else ()
    for tried in dict.fromkeys(n for n in (middle, *others) if n < len(frames)):
        with Bar("register", len(frames) - 1, progress) as bar:
            found = _measured(frames, model, tried, bar)
        if len(found) > len(best):
            best, middle = found, tried
        if 2 * len(best) > len(frames):
            break
    alignment = _alignment(frames, best, middle, skip_bad)
    if model == "local" or (model == "auto" and _explains(best.values(), alignment.shift)):
        flows = local_flows(frames, alignment, progress)
        if model == "local" or misfit_share(flows) <= MOST:
            return replace(alignment, flows=flows)
    return alignment


def _alignment(frames, found, reference, skip_bad):
    bad = [number for number in range(len(frames)) if number not in found]
    if bad and not skip_bad:
        raise BadInput(
            f"{frames.name(bad[0])} cannot be registered to {frames.name(reference)}: it shows "
            "another scene, too little of this one, or moving objects. Leave such frames out with "
            "--skip-bad."
        )
    if len(found) < 2:
        raise BadInput(
            f"No other frame can be registered to {frames.name(reference)}. Choose another one "
            "with --reference, or frames of one scene."
        )
    numbers = sorted(found)
    transforms = [_settled(found[number], frames.shape) for number in numbers]
    shift = max(shift_at_corners(transform, frames.shape[:2]) for transform in transforms)
    unmeasured = sum(not one.is_measured for one in found.values())
    return Alignment(numbers, transforms, numbers.index(reference), bad, shift, unmeasured)


def _explains(found, shift):
    """Return whether flow explains much of the difference between the frames."""
    measured = [one.explained for one in found if one.explained]
    before, after = np.mean(measured or [(0, 0)], axis=0)
    return after < LEFT * before if shift else after < LEFT_UNMOVED * before - LEAST


def _settled(found, shape):
    """Return the transform of a frame, or the identity if the shift is small or uncertain."""
    shifts = _shifts(found, shape) and found.remaining < REMAINING
    return found.transform if shifts else np.eye(3)


def _shifts(found, shape):
    """Return whether the shift of a frame exceeds `ALIGNED`, with its uncertainty."""
    return shift_at_corners(found.transform, shape[:2]) > ALIGNED + CERTAIN * found.uncertainty


def _measured(frames, model, reference, bar):
    """Match each frame with the reference, in both directions at once; return those that fit."""
    middle = BandPyramid(frames[reference], frames.scale)
    found = {reference: _same(middle)}
    ways = (range(reference + 1, len(frames)), range(reference - 1, -1, -1))
    with ThreadPoolExecutor(len(ways)) as pool:
        for part in pool.map(partial(_outwards, frames, model, middle, bar), ways):
            found.update(part)
    if middle.is_periodic:
        found = {n: replace(one, is_measured=n == reference) for n, one in found.items()}
    return found


def _outwards(frames, model, middle, bar, way):
    found, last = {}, (middle, _same(middle))
    for number in way:
        pyramid = BandPyramid(frames[number], frames.scale)
        match_ = _match_of(pyramid, middle, *last, model)
        if not match_.fits and _correlate(pyramid, middle):
            match_ = _same(pyramid)
        if match_.fits:
            if _shifts(match_, middle.shape):
                remaining = remaining_difference(middle, pyramid, match_)
                match_ = replace(match_, remaining=remaining)
            if model in FLOWING and not np.array_equal(_settled(match_, middle.shape), np.eye(3)):
                match_ = _freer(middle, pyramid, match_)
            if model == "auto" and number in (way[0], way[-1]) and pyramid.is_measurable:
                found_ = explained(middle, pyramid, _settled(match_, middle.shape))
                match_ = replace(match_, explained=found_)
            found[number] = match_
            last = pyramid, match_
        bar.update()
    return found


def _same(pyramid):
    return Match(np.eye(3), 0.0, 1.0, 1.0, len(pyramid.levels) - 1)


def _correlate(pyramid, middle):
    """Return whether two images of one size correlate without a transform."""
    one, other = pyramid.levels[-1].plane, middle.levels[-1].plane
    both = np.isfinite(one) & np.isfinite(other)
    return both.any() and np.corrcoef(one[both], other[both])[0, 1] > UNMOVED


def _match_of(pyramid, middle, neighbour, known, model):
    """Match a frame with the middle one, directly or through its neighbour."""
    if not (pyramid.is_measurable and middle.is_measurable):
        return replace(_same(pyramid), is_measured=False)
    direct = _best(middle, pyramid, model, None if neighbour is middle else known.transform)
    if neighbour is middle or (direct.correlation > SURE and direct.level == known.level):
        return direct
    step = _best(neighbour, pyramid, model)
    if not step.fits or not neighbour.is_measurable:
        return direct
    return Match(
        step.transform @ known.transform,
        step.uncertainty + known.uncertainty,
        step.correlation,
        min(step.overlap, known.overlap),
        step.level,
    )


def _best(template, pyramid, model, start=None):
    if model not in FLOWING:
        return match(template, pyramid, model, start)
    found = match(template, pyramid, "similarity", start)
    if found.correlation >= CLEAR and found.level + 1 == len(template.levels):
        return found
    freer = match(template, pyramid, "homography", found.transform if found.fits else start)
    much_better = 1 - freer.correlation < BETTER * (1 - found.correlation)
    return freer if freer.fits and freer.level >= found.level and much_better else found


def _freer(template, pyramid, found):
    """Match with a homography; return it where it fits better and differs by over `ALIGNED`."""
    freer = match(template, pyramid, "homography", found.transform)
    differs = shift_at_corners(np.linalg.inv(found.transform) @ freer.transform, template.shape)
    freer = replace(freer, remaining=remaining_difference(template, pyramid, freer))
    fits = freer.fits and freer.level >= found.level and freer.remaining < found.remaining
    return freer if fits and differs > ALIGNED else found
