"""Measuring how one picture lies on another that is focused elsewhere and exposed differently.

On a pyramid, coarse to fine, the transform that explains the differences is found by Gauss-Newton
steps of the inverse compositional kind (Baker, Matthews, IJCV 56, 2004), with gain and offset as
further unknowns, as ECC has them (Evangelidis, Psarakis, PAMI 30, 2008), and with less weight on
pixels that do not fit. Where that fails, features are matched for a better start.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from .features import by_features

STEPS = 15
"""Gauss-Newton steps on each level at most."""
STILL = 0.02
"""Shift in pixels of a level below which no further step is made there."""
PIXELS = 30000
"""Pixels of a level that the steps look at, about, if it has more: those where it is steepest."""
FIT = 0.5
"""Correlation on some level from which on a picture is taken to show the same scene. Pairs of
photographs have 0.9 and more on the coarsest level; unrelated ones were seen to reach 0.3."""
CLEAR = 0.7
"""Correlation below which no finer level is taken: there mostly the blur differs."""

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
    """How a picture lies on another, the template.

    Attributes
    ----------
    transform : numpy.ndarray
        3x3: maps pixel coordinates of the template to those of the picture.
    doubt : float
        Distance in pixels, at the corners, between what is measured there and back again.
    correlation : float
        Of what is compared, from -1 to 1.
    overlap : float
        Share of the template that the picture covers.
    level : int
        Number of the finest level that was taken, from 0, the coarsest.
    left : float
        See `left_over`; 0 if it was not looked at.
    """

    transform: np.ndarray
    doubt: float
    correlation: float
    overlap: float
    level: int
    left: float = 0.0

    @property
    def fits(self):
        """Whether both show the same scene, and at least half of it."""
        scale = np.sqrt(abs(np.linalg.det(self.transform[:2, :2])))
        return self.correlation >= FIT and self.overlap >= 0.5 and 0.67 < scale < 1.5


def match(template, picture, model, start=None):
    """Measure how a picture lies on a template.

    Parameters
    ----------
    template, picture : BandPyramid
    model : str
        Key of `BASES`.
    start : numpy.ndarray, optional
        3x3: a first estimate of the transform; looked for if not given.

    Returns
    -------
    Match
    """
    if start is not None:
        return _refined(template, picture, model, start)
    found = _refined(template, picture, model, _shift(template, picture))
    if not found.fits:
        start = by_features(template, picture)
        again = found if start is None else _refined(template, picture, model, start)
        found = max(found, again, key=lambda one: (one.fits, one.correlation))
    return found


def shift_at_corners(transform, shape):
    """Largest distance in pixels that a transform moves a corner of a picture, H x W."""
    height, width = shape
    corners = np.array(
        [[0, 0, 1], [width - 1, 0, 1], [0, height - 1, 1], [width - 1, height - 1, 1]]
    )
    moved = transform @ corners.T
    return float(np.hypot(*(moved[:2] / moved[2] - corners.T[:2])).max())


def left_over(template, picture, found):
    """Compute how much of the difference between two pictures is left where one is moved.

    Parameters
    ----------
    template, picture : BandPyramid
    found : Match

    Returns
    -------
    float
        1 - correlation, of what it is without a move; on the level where that is least.
    """
    normal, levels = template.normal, [*zip(template.levels, picture.levels)][: found.level + 1]
    moved = normal @ found.transform @ np.linalg.inv(normal)
    return min(_unlike(*pair, moved) / max(_unlike(*pair, np.eye(3)), 1e-9) for pair in levels)


def _unlike(here, away, transform):
    """1 - correlation, seen from both pictures."""
    there, back = (here, away, transform), (away, here, np.linalg.inv(transform))
    return 1 - (_agreement(*there)[0] + _agreement(*back)[0]) / 2


def _shift(template, picture):
    """Shift by phase correlation of the coarsest level."""
    planes = [np.nan_to_num(one.levels[0].plane) for one in (template, picture)]
    window = cv2.createHanningWindow(planes[0].shape[::-1], cv2.CV_32F)
    (x, y), _ = cv2.phaseCorrelate(*planes, window)
    place = template.levels[0].place
    shift = place @ (np.eye(3) + x * _SHIFTS[0] + y * _SHIFTS[1]) @ np.linalg.inv(place)
    return np.linalg.inv(template.normal) @ shift @ template.normal


def _refined(template, picture, model, start):
    """Measure there and back again on each level, and take the mean."""
    normal, basis, found = template.normal, BASES[model], None
    transform = normal @ start @ np.linalg.inv(normal)
    for level, (here, away) in enumerate(zip(template.levels, picture.levels)):
        there, correlation, overlap = _Steps(here, away, basis).run(transform)
        back, again, _ = _Steps(away, here, basis).run(np.linalg.inv(transform))
        correlation = (correlation + again) / 2
        if level and correlation < (CLEAR if found.correlation >= FIT else FIT):
            break
        back = np.linalg.inv(back)
        transform = (there + back / back[2, 2]) / 2
        there, back, mean = (np.linalg.inv(normal) @ t @ normal for t in (there, back, transform))
        doubt = shift_at_corners(back @ np.linalg.inv(there), template.shape)
        found = Match(mean / mean[2, 2], doubt, correlation, overlap, level)
    return found


class _Steps:
    """Gauss-Newton steps on one level."""

    def __init__(self, template, picture, basis):
        self._template, self._picture, self._basis = template, picture, basis
        plane = template.plane
        slope = [cv2.Sobel(plane, -1, d, 1 - d, ksize=1, scale=0.5) for d in (1, 0)]
        self._seen = _steepest(cv2.magnitude(*slope))
        y, x = np.divmod(self._seen, plane.shape[1])
        points = np.float32(template.place) @ np.stack([x, y, np.ones_like(x)]).astype(np.float32)
        # Slopes in the coordinates that the transforms are measured in.
        slope = [s.ravel()[self._seen] / template.place[d, d] for d, s in enumerate(slope)]
        slope = [s.astype(np.float32) for s in slope]
        rows = [_row(slope, np.float32(matrix) @ points, points) for matrix in basis]
        plane = plane.ravel()[self._seen]
        self._design = np.stack([*rows, plane, np.ones_like(plane)])

    def run(self, transform):
        """Improve a transform; return it, the correlation and the overlap."""
        weights = 1
        for _ in range(STEPS):
            values = _warped(self._template, self._picture, transform).ravel()[self._seen]
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


def _agreement(template, picture, transform):
    """Correlation and overlap of two levels."""
    plane, warped = template.plane, _warped(template, picture, transform)
    both = np.isfinite(plane) & np.isfinite(warped)
    if both.sum() < 100:
        return -1.0, 0.0
    a, b = (one[both] - one[both].mean() for one in (plane, warped))
    correlation = a @ b / np.sqrt(max(a @ a * (b @ b), 1e-12))
    return float(correlation), both.sum() / np.isfinite(plane).sum()


def _warped(template, picture, transform):
    """See a level of the picture as that of the template; NaN where it does not reach."""
    matrix = np.linalg.inv(picture.place) @ transform @ template.place
    size, flags = template.plane.shape[::-1], cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpPerspective(picture.plane, matrix, size, flags=flags, borderValue=np.nan)


def _steepest(slope):
    """Find the steepest pixels, without the rim, which is NaN."""
    sample = slope.ravel()[:: max(1, slope.size // 10000)]
    share = min(1, PIXELS / slope.size)
    limit = np.nanquantile(sample, 1 - share) if share < 1 else 0
    with np.errstate(invalid="ignore"):
        return np.flatnonzero(slope >= limit)


def _row(slope, move, points):
    """How the template's pixels change as they move."""
    across, down = (move[d] - move[2] * points[d] for d in (0, 1))
    return slope[0] * across + slope[1] * down


def _least_squares(design, values, weights):
    weighted = design * weights.astype(np.float32)
    square = (weighted @ design.T).astype(np.float64)
    square += 1e-9 * np.trace(square) * np.eye(len(design))
    return np.linalg.solve(square, weighted @ values).astype(np.float32)


def _weights(residuals, there):
    """Weights by Cauchy's function, whose scale is twice the spread of what fits."""
    scale = 2 * 1.48 * np.median(np.abs(residuals[there][::5])) + 1e-6
    return 1 / (1 + (residuals / scale) ** 2)
