"""Exposure that changes slowly across a frame, such as breathing vignetting or bands of LED light.

The logarithm of the exposure of each frame is a sum of low-frequency cosines. Some vary in both
directions, for vignetting and gradients; more vary in one direction only, for bands.
"""

import numpy as np

from .exposure import FEW, blurred_small, on_reference

BOTH, ONE = 4, 10
"""Limits of half periods across the frame: the sum of both directions is below the first, and
cosines of one direction have at most the second."""
SMOOTH = 1e-4
"""Weight of the squared slope of a field, in the fit."""
STEPS, OUTLIER = 4, 1.5
"""Number of fits, and multiple of the median difference above which a pixel counts less."""
MOVED = 0.4
"""Difference of a pixel from its frame's median from which on it is an outlier."""
UNEVEN = 0.02
"""Root mean square of a field above which exposure is uneven. Defocus alone gives up to 0.012 on
the sets of known truth."""
CLEAR = 2
"""Multiple of the residuals that a field must exceed, too."""
NODES = 129
"""Nodes along each side of the grid on which a field is computed."""
STEP = 4
"""Distance in pixels between compared pixels of the reduced and blurred frames."""


def measure_fields(frames, transforms):
    """Measure the exposure of each frame across the reference frame, against the median of all.

    Defocus keeps the local mean of pixels that are linear in light, and raises that of pixels whose
    square is. So fields are measured from the pixels and from their squares. Exposure is uneven
    only if both measurements agree. The field with the smaller residuals is returned.

    Parameters
    ----------
    frames : Frames
    transforms : sequence of numpy.ndarray
        See `RegisteredFrames`.

    Returns
    -------
    numpy.ndarray or None
        N x K x C: the weights of the cosines, first of the constant, whose sum is the logarithm of
        the exposure of a frame. None if the exposure is even, or the frames cannot be compared.
    """
    found = [_fitted(frames, transforms, power) for power in (1, 2)]
    if None in found:
        return None
    (_, one, _), (_, two, _) = found
    weights, _, left = min(found, key=lambda fit: fit[2])
    common = np.where(one * two > 0, np.minimum(abs(one), abs(two)), 0)
    size = np.sqrt((common**2).mean(axis=1)).max()
    return weights if size > max(UNEVEN, CLEAR * left) else None


def field_of(weights):
    """Sum the cosines of a frame but the constant, NODES x NODES x C; see `measure_fields`."""
    places = np.linspace(0, 1, NODES)
    return np.tensordot(_cosines(places, places)[1:], weights[1:], (0, 0)).astype(np.float32)


def _fitted(frames, transforms, power):
    """Fit the fields of all frames to logarithms of pixels to a power; None if few can be compared.

    Return the weights, N x K x C, their sums without the constant at P pixels, N x P x C, and the
    median residual.
    """
    logs = []
    for number, transform in enumerate(transforms):
        blurred, scaling = blurred_small(frames, number, 1e9, power)
        here = on_reference(blurred, scaling, transform, blurred.shape)[::STEP, ::STEP]
        logs.append(np.log(here) / power)
    logs = np.array(logs, np.float64)
    seen = np.isfinite(logs).all(axis=(0, 3))
    if seen.mean() < FEW:
        return None
    y, x = ((np.arange(side) * STEP + 0.5) / (STEP * side) for side in seen.shape)
    cosines = _cosines(y, x)[:, seen].T
    differences = logs[:, seen] - np.median(logs[:, seen], axis=0)
    weights, left = zip(*(_fit(cosines, difference) for difference in differences))
    return np.array(weights), cosines[:, 1:] @ np.array(weights)[:, 1:], np.mean(left)


def _fit(cosines, difference):
    """Fit cosines at P pixels, P x K, to P x C, robustly; return K x C and the median residual."""
    slopes = SMOOTH * np.diag([y * y + x * x for y, x in frequencies()])
    alike = np.abs(difference - np.median(difference, axis=0)).max(axis=1) < MOVED
    certain = alike.astype(float)
    for _ in range(STEPS):
        weighted = (cosines * certain[:, None]).T
        normal = weighted @ cosines + certain.sum() * slopes
        weights = np.linalg.lstsq(normal, weighted @ difference, rcond=None)[0]
        left = np.abs(difference - cosines @ weights).max(axis=1)
        certain = alike / (1 + (left / max(OUTLIER * np.median(left), 1e-3)) ** 2)
    return weights, np.median(left)


def frequencies():
    """List half periods down and across the frame; the constant is the first."""
    ways = [(y, x) for y in range(ONE + 1) for x in range(ONE + 1)]
    return [(y, x) for y, x in ways if y + x < BOTH or 0 in (y, x)]


def _cosines(y, x):
    """Compute the cosines at shares of the height and width, K x h x w."""
    return np.array(
        [np.outer(np.cos(np.pi * i * y), np.cos(np.pi * j * x)) for i, j in frequencies()]
    )
