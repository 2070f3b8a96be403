"""Reference implementations of the paper's metrics, pixel by pixel, independent of `metrics`.

They follow the formulas literally in plain Python. Tests compare results with them, and the
benchmark compares speed. Pictures are H x W, uint8.
"""

import math
from collections import Counter

import numpy as np


def entropy(*images):
    """Compute the joint entropy of pictures in bits."""
    counts = Counter(zip(*(np.asarray(image).ravel().tolist() for image in images)))
    total = sum(counts.values())
    return -sum(n / total * math.log2(n / total) for n in counts.values())


def mutual_information(sources, fused):
    """Compute the mutual information, normalised as by Hossny et al."""
    fused = stretched(fused)
    return sum(_normalised(stretched(source), fused) for source in sources)


def stretched(image):
    """Stretch levels to 0..255 and round half up; returns a list."""
    low, high = int(image.min()), int(image.max())
    return [(2 * 255 * (int(v) - low) + high - low) // (2 * (high - low)) for v in image.ravel()]


def _normalised(x, f):
    both = entropy(x) + entropy(f)
    return 2 * (both - entropy(x, f)) / both


def qabf(sources, fused):
    """Compute Q^AB/F of the variant ``liu``."""
    top = bottom = 0
    for y, x in np.ndindex(fused.shape):
        f = gradient(fused, y, x, across=2)
        for source in sources:
            s = gradient(source, y, x, across=2)
            strength = math.hypot(*s) or 1e-5
            top += strength * _preserved(s, f)
            bottom += strength
    return top / bottom


def _preserved(s, f):
    strengths = math.hypot(*s) or 1e-5, math.hypot(*f) or 1e-5
    turned = abs(math.atan(s[1] / (s[0] or 1e-5)) - math.atan(f[1] / (f[0] or 1e-5)))
    strength = 0.9994 / (1 + math.exp(-15 * (min(strengths) / max(strengths) - 0.5)))
    return strength * 0.9879 / (1 + math.exp(-22 * (1 - turned * 2 / math.pi - 0.8)))


def gradient(image, y, x, across):
    """Compute the Sobel (`across` 2) or Prewitt (1) gradient at a pixel; pixels outside are 0."""
    gx = gy = 0
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            inside = 0 <= y + dy < image.shape[0] and 0 <= x + dx < image.shape[1]
            level = float(image[y + dy, x + dx]) if inside else 0
            gx += dx * (across if dy == 0 else 1) * level
            gy += dy * (across if dx == 0 else 1) * level
    return gx, gy


def q(sources, fused):
    """Compute Piella's Q."""
    return float(np.mean([score for _, score in window_scores(sources, fused)]))


def qw(sources, fused):
    """Compute Piella's Q_W."""
    scores = list(window_scores(sources, fused))
    return sum(weight * score for weight, score in scores) / sum(weight for weight, _ in scores)


def qe(sources, fused):
    """Compute Piella's Q_E."""
    return qw(sources, fused) * qw([edges(source) for source in sources], edges(fused))


def edges(image):
    """Compute the magnitude of the Prewitt gradient."""
    strengths = [math.hypot(*gradient(image, y, x, 1)) for y, x in np.ndindex(image.shape)]
    return np.reshape(strengths, image.shape)


def window_scores(sources, fused, size=8):
    """Yield (largest variance, sum of lambda Q0) for each window."""
    for y, x in np.ndindex(*(side - size + 1 for side in fused.shape)):
        at = (slice(y, y + size), slice(x, x + size))
        variances = [float(np.var(source[at].astype(float))) for source in sources]
        total = sum(variances)
        lambdas = [v / total if total else 1 / len(sources) for v in variances]
        scores = [universal_quality(source[at], fused[at]) for source in sources]
        yield max(variances), sum(weight * s for weight, s in zip(lambdas, scores))


def universal_quality(x, y, c=(1e-6 * 255) ** 2):
    """Compute the universal quality index of two windows."""
    x, y = x.astype(float), y.astype(float)
    mx, my = x.mean(), y.mean()
    covariance = ((x - mx) * (y - my)).mean()
    luminance = (2 * mx * my + c) / (mx**2 + my**2 + c)
    return luminance * (2 * covariance + c) / (x.var() + y.var() + c)
