"""Registration of two images that differ in focus and exposure.

On a pyramid, coarse to fine, inverse compositional Gauss-Newton steps (Baker, Matthews, IJCV 56,
2004) estimate the transform. Gain and offset are further unknowns, as in ECC (Evangelidis,
Psarakis, PAMI 30, 2008), and outliers get less weight. Where that fails, matched features give a
better start.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from .features import by_features

STEPS = 15
"""Maximum number of Gauss-Newton steps on each level."""
STILL = 0.02
"""Shift in pixels of a level below which the steps have converged."""
PIXELS = 30000
"""Approximate number of pixels of a level that the steps use: those with the steepest gradient."""
FIT = 0.5
"""Minimum correlation on some level of two images of the same scene. Pairs of photographs reach
0.9 and more on the coarsest level, unrelated ones at most 0.3."""
CLEAR = 0.7
"""Correlation below which no finer level is used, because the blur differs too much there."""

_SHIFTS = np.zeros((2, 3, 3))
_SHIFTS[[0, 1], [0, 1], 2] = 1
_TURN_AND_SCALE = np.array([[[0, -1, 0], [1, 0, 0], [0, 0, 0]], np.diag([1, 1, 0])])
_SHEARS = np.array([[[0, 1, 0], [1, 0, 0], [0, 0, 0]], np.diag([1, -1, 0])])
_TILTS = np.zeros((2, 3, 3))
_TILTS[[0, 1], 2, [0, 1]] = 1
BASES = {
    "translation": _SHIFTS,
    "similarity": np.concatenate([_SHIFTS, _TURN_AND_SCALE]),
    "homography": np.concatenate([_SHIFTS, _TURN_AND_SCALE, _SHEARS, _TILTS]),
}
"""Transform model -> 3x3 matrices; the identity plus a sum of them is a small transform."""


@dataclass(frozen=True)
class Match:
    """The registration of an image to another one, the template."""

    transform: np.ndarray  # 3x3: maps pixel coordinates of the template to those of the image
    # distance in pixels, at the corners, between the transforms in both directions
    uncertainty: float
    correlation: float  # from -1 to 1
    overlap: float  # share of the template that the image covers
    level: int  # number of the finest level that was used, from 0, the coarsest
    remaining: float = 0.0  # see `remaining_difference`; 0 if it was not computed
    is_measured: bool = True  # False if the images show too little, or a periodic pattern
    explained: tuple = ()  # see `local.explained`; empty if it was not measured

    @property
    def fits(self):
        """Whether both images show the same scene, and at least half of it."""
        scale = np.sqrt(abs(np.linalg.det(self.transform[:2, :2])))
        return self.correlation >= FIT and self.overlap >= 0.5 and 0.67 < scale < 1.5


def match(template, image, model, start=None):
    """Register an image to a template, both a BandPyramid; return a Match.

    The model is a key of `BASES`. `start` is a first estimate of the transform, 3x3.
    """
    if start is not None:
        return _refined(template, image, model, start)
    found = _refined(template, image, model, _shift(template, image))
    if not found.fits:
        start = by_features(template, image)
        again = found if start is None else _refined(template, image, model, start)
        found = max(found, again, key=lambda one: (one.fits, one.correlation))
    return found


def shift_at_corners(transform, shape):
    """Return the largest shift in pixels of a corner of an image, H x W, by a transform."""
    height, width = shape
    corners = np.array(
        [[0, 0, 1], [width - 1, 0, 1], [0, height - 1, 1], [width - 1, height - 1, 1]]
    )
    moved = transform @ corners.T
    return float(np.hypot(*(moved[:2] / moved[2] - corners.T[:2])).max())


def remaining_difference(template, image, found):
    """Compute the share of the difference between two images that remains after a transform.

    It is 1 - correlation, relative to its value without a transform; the least of all levels.
    """
    normal, levels = template.normal, [*zip(template.levels, image.levels)][: found.level + 1]
    moved = normal @ found.transform @ np.linalg.inv(normal)
    return min(
        _difference(*pair, moved) / max(_difference(*pair, np.eye(3)), 1e-9) for pair in levels
    )


def _difference(here, away, transform):
    """Return 1 - correlation, averaged over both directions."""
    there, back = (here, away, transform), (away, here, np.linalg.inv(transform))
    return 1 - (_agreement(*there)[0] + _agreement(*back)[0]) / 2


def _shift(template, image):
    """Estimate the shift by phase correlation of the coarsest level."""
    planes = [np.nan_to_num(one.levels[0].plane) for one in (template, image)]
    window = cv2.createHanningWindow(planes[0].shape[::-1], cv2.CV_32F)
    (x, y), _ = cv2.phaseCorrelate(*planes, window)
    place = template.levels[0].place
    shift = place @ (np.eye(3) + x * _SHIFTS[0] + y * _SHIFTS[1]) @ np.linalg.inv(place)
    return np.linalg.inv(template.normal) @ shift @ template.normal


def _refined(template, image, model, start):
    """Estimate the transform in both directions on each level, and average."""
    normal, basis, found = template.normal, BASES[model], None
    transform = normal @ start @ np.linalg.inv(normal)
    for level, (here, away) in enumerate(zip(template.levels, image.levels)):
        there, correlation, overlap = _Steps(here, away, basis).run(transform)
        back, again, _ = _Steps(away, here, basis).run(np.linalg.inv(transform))
        correlation = (correlation + again) / 2
        if level and correlation < (CLEAR if found.correlation >= FIT else FIT):
            break
        back = np.linalg.inv(back)
        transform = (there + back / back[2, 2]) / 2
        there, back, mean = (np.linalg.inv(normal) @ t @ normal for t in (there, back, transform))
        uncertainty = shift_at_corners(back @ np.linalg.inv(there), template.shape)
        found = Match(mean / mean[2, 2], uncertainty, correlation, overlap, level)
    return found


class _Steps:
    """Gauss-Newton steps on one level."""

    def __init__(self, template, image, basis):
        self._template, self._picture, self._basis = template, image, basis
        plane = template.plane
        slope = [cv2.Sobel(plane, -1, d, 1 - d, ksize=1, scale=0.5) for d in (1, 0)]
        self._used = _steepest(cv2.magnitude(*slope))
        y, x = np.divmod(self._used, plane.shape[1])
        points = np.float32(template.place) @ np.stack([x, y, np.ones_like(x)]).astype(np.float32)
        # Slopes in normalised coordinates.
        slope = [s.ravel()[self._used] / template.place[d, d] for d, s in enumerate(slope)]
        slope = [s.astype(np.float32) for s in slope]
        rows = [_row(slope, np.float32(matrix) @ points, points) for matrix in basis]
        plane = plane.ravel()[self._used]
        self._design = np.stack([*rows, plane, np.ones_like(plane)])

    def run(self, transform):
        """Refine a transform; return it, the correlation and the overlap."""
        weights = 1
        for _ in range(STEPS):
            values = _warped(self._template, self._picture, transform).ravel()[self._used]
            there = np.isfinite(values)
            if there.sum() < len(self._design) * 10:
                return transform, -1.0, 0.0
            values = np.where(there, values, 0)
            solved = _least_squares(self._design, values, there * weights)
            weights = _weights(values - solved @ self._design, there)
            count = len(self._basis)
            parts = solved[:count] / max(solved[count], 0.1)
            transform = transform @ np.linalg.inv(np.eye(3) + np.tensordot(parts, self._basis, 1))
            transform /= transform[2, 2]
            if np.abs(parts).max() < STILL * self._template.place[0, 0]:
                break
        return (transform, *_agreement(self._template, self._picture, transform))


def _agreement(template, image, transform):
    """Return the correlation and the overlap of two levels."""
    plane, warped = template.plane, _warped(template, image, transform)
    both = np.isfinite(plane) & np.isfinite(warped)
    if both.sum() < 100:
        return -1.0, 0.0
    a, b = (one[both] - one[both].mean() for one in (plane, warped))
    correlation = a @ b / np.sqrt(max(a @ a * (b @ b), 1e-12))
    return float(correlation), both.sum() / np.isfinite(plane).sum()


def _warped(template, image, transform):
    """Warp a level of the image to that of the template; NaN outside the image."""
    matrix = np.linalg.inv(image.place) @ transform @ template.place
    size, flags = template.plane.shape[::-1], cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpPerspective(image.plane, matrix, size, flags=flags, borderValue=np.nan)


def _steepest(slope):
    """Find the steepest pixels, without the rim, which is NaN."""
    sample = slope.ravel()[:: max(1, slope.size // 10000)]
    share = min(1, PIXELS / slope.size)
    limit = np.nanquantile(sample, 1 - share) if share < 1 else 0
    with np.errstate(invalid="ignore"):
        return np.flatnonzero(slope >= limit)


def _row(slope, move, points):
    """Return the derivative of the template's pixels by one parameter of the transform."""
    across, down = (move[d] - move[2] * points[d] for d in (0, 1))
    return slope[0] * across + slope[1] * down


def _least_squares(design, values, weights):
    weighted = design * weights.astype(np.float32)
    square = (weighted @ design.T).astype(np.float64)
    square += 1e-9 * np.trace(square) * np.eye(len(design))
    return np.linalg.solve(square, weighted @ values).astype(np.float32)


def _weights(residuals, there):
    """Return weights by Cauchy's function, with twice the spread of the residuals as its scale."""
    scale = 2 * 1.48 * np.median(np.abs(residuals[there][::5])) + 1e-6
    return 1 / (1 + (residuals / scale) ** 2)
