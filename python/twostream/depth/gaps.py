"""Gaps of a stack: places where no frame is sharp, and missing focus steps.

A lens with its focus at z blurs an object at depth d by a variance of (d - z)^2, if depths are
measured in pixels of blur. Let a cell be sharpest in frame k, at a distance x behind its focus. The
frame before is blurrier by s (s + 2 x), the one after by t (t - 2 x), where s and t are the focus
steps to these frames. Over all cells that are sharpest in frame k, one number falls linearly with
the other, with the slope -t / s. This gives both steps and x for scenes of any softness.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from .relative_blur import OWN, VARIANCES

WIDE, WIDE_MEAN = 1.6, 1.3
"""Ratios to the usual step above which a frame is missing: for one step, and for the mean of the
two steps around a frame."""
BETWEEN, BEYOND = 0.6, 0.9
"""Distance from the nearest frame, in usual steps, that counts as unsharp: within a wide step, and
at the ends."""
SEEN = 0.25
"""Variance of blur in square pixels below which it is invisible."""
FINEST = 0.25
"""Focus step in pixels of blur below which frames can hardly be distinguished."""
MEASURABLE = VARIANCES[-1] / 2
"""Added blur, as a variance in square pixels, above which a cell mostly shows spread light. For
example, a smooth area between sharp bars seems to be far behind the last focus."""
WEAK = 0.5
"""Minimum share of the expected loss of fine detail that confirms a blur."""
SMALLEST = 30
"""Minimum number of cells in an unsharp region; smaller ones are noise."""
LEAST = 0.004
"""Minimum share of the image for advice to take another frame."""
CELLS = 60
"""Minimum number of cells that are sharpest in a frame, to estimate the steps around it."""


@dataclass(frozen=True)
class Gaps:
    """The gaps of a stack."""

    unsharp: np.ndarray  # h x w, bool, in cells: where no frame is sharp
    gap: np.ndarray  # h x w, int: number of the gap in which a cell lies
    depth: np.ndarray  # h x w, float: focus of a cell, in frames
    # number of a gap -> share of the image: gap 0 is before the first frame, gap k between the
    # frames k-1 and k, counted from 0
    shares: dict


def find_gaps(sweep):
    """Find the gaps of a stack from its FocusSweep; fewer than three frames have none."""
    steps, means = _steps(sweep)
    usual = np.nan if np.isnan(steps).all() else np.nanmedian(steps)
    if not usual > FINEST:
        return Gaps(np.zeros(sweep.index.shape, bool), sweep.index, sweep.index, {})
    known_steps = np.where(np.isnan(steps), usual, steps)
    behind = _behind(sweep, known_steps)
    gap = sweep.index + (behind > 0)
    far = np.abs(behind) > usual * _too_far(steps, means)[gap]
    known = sweep.textured & (np.fmax(np.abs(sweep.before), np.abs(sweep.after)) < MEASURABLE)
    unsharp = _large_regions(known & far & (behind**2 > SEEN))
    unsharp = _large_regions(unsharp & _is_coarse(sweep, behind, sweep.textured & ~unsharp))
    shares = np.bincount(gap[unsharp], minlength=len(steps)) / gap.size
    depth = sweep.index + behind / known_steps[gap]
    return Gaps(unsharp, gap, depth, {g: share for g, share in enumerate(shares) if share > LEAST})


def _steps(sweep):
    """Estimate the focus steps in pixels of blur, one for each gap; NaN where one is unknown.

    Also return the root mean square of the two steps around each frame, which is less noisy.
    """
    known = sweep.textured & np.isfinite(sweep.before + sweep.after)
    found, means = np.full((2, sweep.count + 1), np.nan), np.full(sweep.count, np.nan)
    for k in range(1, sweep.count - 1):
        here = known & (sweep.index == k)
        if here.sum() >= CELLS:
            before, after = sweep.before[here], sweep.after[here]
            found[0, k], found[1, k + 1] = _steps_around(before, after)
            means[k] = np.sqrt(np.median(before + after) / 2)
    return np.exp(_mean(*np.log(found))), means


def _steps_around(before, after):
    ratio = max(_spread(after), 1e-3) / max(_spread(before), 1e-3)
    step = np.sqrt(max(np.median(after + ratio * before), 1e-3) / (ratio * (1 + ratio)))
    return step, ratio * step


def _spread(values):
    return np.median(np.abs(values - np.median(values)))


def _mean(a, b):
    """Return the mean of two values, or the one that is not NaN."""
    return np.where(np.isnan(a), b, np.where(np.isnan(b), a, (a + b) / 2))


def _too_far(steps, means):
    """Return for each gap the distance from the nearest frame, in usual steps, that is unsharp."""
    around = np.concatenate([[np.inf], np.fmin(means[:-1], means[1:]), [np.inf]])
    usual = np.nanmedian(steps)
    with np.errstate(invalid="ignore"):
        wide = (steps > WIDE * usual) & (around > WIDE_MEAN * usual)
    limits = np.where(wide, BETWEEN, np.inf)
    # Next to a wide step, a focus beyond the end cannot be distinguished from one within it.
    limits[0] = np.inf if wide[1] else BEYOND
    limits[-1] = np.inf if wide[-2] else BEYOND
    return limits


def _behind(sweep, steps):
    """Return how far each cell is behind the focus of its sharpest frame, in pixels of blur."""
    before, after = steps[sweep.index], steps[sweep.index + 1]
    # At the ends, a step that is estimated too short would make a gap.
    first, last = sweep.index == 0, sweep.index == sweep.count - 1
    before = np.where(last, np.fmax(before, _step_of(sweep.second_before - sweep.before)), before)
    after = np.where(first, np.fmax(after, _step_of(sweep.second_after - sweep.after)), after)
    ways = (sweep.before / before - before) / 2, (after - sweep.after / after) / 2
    return _mean(*ways)


def _is_coarse(sweep, behind, sharp):
    """Return whether the finest detail is as weak as the estimated blur would make it."""
    if not sharp.any():
        return np.ones(sharp.shape, bool)
    loss = _fineness(0) - _fineness(behind**2)
    return sweep.fineness < np.median(sweep.fineness[sharp]) - WEAK * loss


def _fineness(variance):
    """Return the fineness of a texture whose energy falls as 1 / variance of the smoothing."""
    own, smoothing = variance + OWN / 2, VARIANCES[:2]
    return np.log((own + smoothing[1]) / (own + smoothing[0]))


def _step_of(second_difference):
    return np.sqrt(np.maximum(second_difference, 0) / 2)


def _large_regions(mask):
    mask = cv2.medianBlur(mask.astype(np.uint8), 5)
    _, labels, sizes, _ = cv2.connectedComponentsWithStats(mask)
    large = sizes[:, cv2.CC_STAT_AREA] >= SMALLEST
    large[0] = False  # the background
    return large[labels]
