"""Where no frame of a stack is sharp, and where another one would be: before, between or after.

A lens that is focused at z blurs what lies at depth d by a variance of (d - z)^2, where depths are
measured in pixels of blur. Of what is sharpest in frame k and lies by x behind its focus, the frame
before is therefore blurrier by s (s + 2 x), and the one after by t (t - 2 x), where s and t are the
steps of focus to these frames. Over all that is sharpest in frame k one of these numbers falls with
the other, by the slope -t / s; so both steps are known, and x, however soft the scene itself is.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from .relative_blur import OWN, VARIANCES

WIDE, WIDE_MEAN = 1.6, 1.3
"""Where a step, and the mean of the two beside a frame, are wider by that than is usual in the
stack, a frame is missing."""
BETWEEN, BEYOND = 0.6, 0.9
"""Usual steps from the nearest frame that are too far: within a wide step, at the ends."""
SEEN = 0.25
"""Variance of blur, in square pixels, below which it is not seen."""
FINEST = 0.25
"""Step of focus, in pixels of blur, below which the frames of a stack can hardly be told apart."""
WEAK = 0.5
"""Part of the loss of fine detail that a blur must show to be believed."""
SMALLEST = 30
"""Cells in a spot of unsharpness; smaller ones are noise."""
LEAST = 0.004
"""Share of the picture for which it is worth to take another frame."""
CELLS = 60
"""Cells that are sharpest in a frame, from which on the steps beside it can be told."""


@dataclass(frozen=True)
class Gaps:
    """What a stack lacks.

    Attributes
    ----------
    unsharp : numpy.ndarray
        h x w, bool, in cells: no frame is sharp.
    shares : dict of int to float
        Number of a gap -> share of the picture: gap 0 is before the first frame, gap k between
        the frames k-1 and k, counted from 0.
    """

    unsharp: np.ndarray
    shares: dict


def find_gaps(sweep):
    """Find what a stack lacks; of fewer than three frames nothing is known.

    Parameters
    ----------
    sweep : FocusSweep

    Returns
    -------
    Gaps
    """
    steps, means = _steps(sweep)
    usual = np.nan if np.isnan(steps).all() else np.nanmedian(steps)
    if not usual > FINEST:
        return Gaps(np.zeros(sweep.index.shape, bool), {})
    behind = _behind(sweep, np.where(np.isnan(steps), usual, steps))
    gap = sweep.index + (behind > 0)
    far = np.abs(behind) > usual * _too_far(steps, means)[gap]
    unsharp = _large_spots(sweep.textured & far & (behind**2 > SEEN))
    unsharp = _large_spots(unsharp & _is_coarse(sweep, behind, sweep.textured & ~unsharp))
    shares = np.bincount(gap[unsharp], minlength=len(steps)) / gap.size
    return Gaps(unsharp, {g: share for g, share in enumerate(shares) if share > LEAST})


def _steps(sweep):
    """Find the steps of focus, in pixels of blur; NaN where one is not known.

    Returns
    -------
    steps : numpy.ndarray
        Of each gap.
    means : numpy.ndarray
        The root mean square of the two beside each frame, which noise disturbs less.
    """
    known = sweep.textured & np.isfinite(sweep.before + sweep.after)
    found, means = np.full((2, sweep.count + 1), np.nan), np.full(sweep.count, np.nan)
    for k in range(1, sweep.count - 1):
        here = known & (sweep.index == k)
        if here.sum() >= CELLS:
            before, after = sweep.before[here], sweep.after[here]
            found[0, k], found[1, k + 1] = _steps_beside(before, after)
            means[k] = np.sqrt(np.median(before + after) / 2)
    return np.exp(_mean(*np.log(found))), means


def _steps_beside(before, after):
    ratio = max(_spread(after), 1e-3) / max(_spread(before), 1e-3)
    step = np.sqrt(max(np.median(after + ratio * before), 1e-3) / (ratio * (1 + ratio)))
    return step, ratio * step


def _spread(values):
    return np.median(np.abs(values - np.median(values)))


def _mean(a, b):
    """Mean of two values, or the one that is not NaN."""
    return np.where(np.isnan(a), b, np.where(np.isnan(b), a, (a + b) / 2))


def _too_far(steps, means):
    """Of each gap: usual steps from the nearest frame that are too far."""
    beside = np.concatenate([[np.inf], np.fmin(means[:-1], means[1:]), [np.inf]])
    usual = np.nanmedian(steps)
    with np.errstate(invalid="ignore"):
        wide = (steps > WIDE * usual) & (beside > WIDE_MEAN * usual)
    limits = np.where(wide, BETWEEN, np.inf)
    # Beside a wide step the focus beyond the end cannot be told from it.
    limits[0] = np.inf if wide[1] else BEYOND
    limits[-1] = np.inf if wide[-2] else BEYOND
    return limits


def _behind(sweep, steps):
    """By how much each cell lies behind its sharpest frame's focus, in pixels of blur."""
    before, after = steps[sweep.index], steps[sweep.index + 1]
    # At the ends a step that is taken for too short would make a gap.
    first, last = sweep.index == 0, sweep.index == sweep.count - 1
    before = np.where(last, np.fmax(before, _step_of(sweep.second_before - sweep.before)), before)
    after = np.where(first, np.fmax(after, _step_of(sweep.second_after - sweep.after)), after)
    ways = (sweep.before / before - before) / 2, (after - sweep.after / after) / 2
    return _mean(*ways)


def _is_coarse(sweep, behind, sharp):
    """Whether the finest detail is as weak as the blur that is claimed would make it."""
    if not sharp.any():
        return np.ones(sharp.shape, bool)
    loss = _fineness(0) - _fineness(behind**2)
    return sweep.fineness < np.median(sweep.fineness[sharp]) - WEAK * loss


def _fineness(variance):
    """Fineness of a common texture, whose energy falls as 1 / variance of the smoothing."""
    own, smoothing = variance + OWN / 2, VARIANCES[:2]
    return np.log((own + smoothing[1]) / (own + smoothing[0]))


def _step_of(second_difference):
    return np.sqrt(np.maximum(second_difference, 0) / 2)


def _large_spots(mask):
    mask = cv2.medianBlur(mask.astype(np.uint8), 5)
    _, labels, sizes, _ = cv2.connectedComponentsWithStats(mask)
    large = sizes[:, cv2.CC_STAT_AREA] >= SMALLEST
    large[0] = False  # what is not in the mask
    return large[labels]
