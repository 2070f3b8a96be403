"""Visual information fidelity for fusion (VIFF)."""

import numpy as np

from .plane import Picture, Pictures, Range, planes
from .windows import ROUNDING, Window, gaussian

_SIDES = (17, 9, 5, 3)
_WINDOWS = tuple(Window(gaussian(side, side / 5), c1=0.0, c2=0.0) for side in _SIDES)
_WEIGHTS = (1 / 2.15, 0.0, 0.15 / 2.15, 1 / 2.15)
_NOISE = 0.005 * 255**2
_NONE = 1e-10
_SMALLEST = 41


def viff(sources: Pictures, fused: Picture, *, data_range: Range = None) -> float:
    """Compute the visual information fidelity for fusion: the share of visible information.

    Gaussian windows of 17, 9, 5 and 3 pixels (sigma a fifth of it) within the picture give local
    variances v and covariances c. From the second scale on, the pictures are first smoothed with
    the window and halved. In each window, F = g X + noise with g = c / vX and noise of variance
    s = vF - g c. The information kept of source X is ``D = log(1 + g^2 vX / (s + n))``, and all its
    information is ``N = log(1 + vX / n)``, where n = 0.005 * 255^2 is the noise of the eye. In each
    window the source of smaller g counts (the last of equal ones, as in the public code). Value:
    the mean over the scales of sum D / sum N, with the weights 1, 0, 0.15 and 1 over 2.15.

    Parameters
    ----------
    sources, fused
        One or more sources of at least 41 x 41; see `twostream.metrics` (of colour the luma is
        compared, in the public code CIELAB's lightness).

    Returns
    -------
    float
        0 or more, higher is better; the source itself gets 1 (to 1e-5), raised contrast more.

    References
    ----------
    Y. Han, Y. Cai, Y. Cao, X. Xu, "A new image fusion performance metric based on visual
    information fidelity", Information Fusion 14(2), 2013. Public code: the authors' `VIFF_Public`.
    """
    sources, fused = planes(sources, fused, smallest=_SMALLEST, data_range=data_range)
    scales = zip(*(plane.once(_pyramid) for plane in (*sources, fused)))
    return float(sum(w * _kept(*scale) for w, scale in zip(_WEIGHTS, zip(_WINDOWS, scales)) if w))


def _pyramid(plane):
    """Return the images of the four scales."""
    pictures = [plane.values]
    for window in _WINDOWS[1:]:
        pictures.append(np.ascontiguousarray(window.mean(pictures[-1])[::2, ::2]))
    return pictures


def _kept(window, pictures):
    """Return the share of the sources' information in the fused (last) image at one scale."""
    *sources, fused = pictures
    fused_mean = window.mean(fused)
    fused_variance = np.maximum(window.mean(fused * fused) - fused_mean**2, 0)
    # Reversed, because the last of equal gains counts.
    found = [
        _information(window, source, fused, fused_mean, fused_variance)
        for source in reversed(sources)
    ]
    gains, kept, there = (np.stack(maps) for maps in zip(*found))
    least = gains.argmin(axis=0)[None]
    kept, there = (np.take_along_axis(maps, least, 0) for maps in (kept, there))
    # As in the public code, with its logarithm, so that flat pictures give 1.
    tiny = 1e-7 * np.log(10) * kept.size
    return (kept.sum() + tiny) / (there.sum() + tiny)


def _information(window, source, fused, fused_mean, fused_variance):
    """Return the gain g of a source, its information that is kept, and all of it; see `viff`."""
    mean = window.mean(source)
    variance = np.maximum(window.mean(source * source) - mean**2, 0)
    covariance = window.mean(source * fused) - mean * fused_mean
    gain = covariance / (variance + _NONE)
    rest = fused_variance - gain * covariance
    flat = variance < ROUNDING
    variance[flat] = 0
    unrelated = flat | (gain < 0)
    gain[unrelated] = 0
    rest[unrelated] = fused_variance[unrelated]
    blank = fused_variance < ROUNDING
    gain[blank] = 0
    rest = np.maximum(np.where(blank, 0, rest), _NONE)
    return (gain, np.log1p(gain**2 * variance / (rest + _NOISE)), np.log1p(variance / _NOISE))
