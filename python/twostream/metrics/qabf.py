"""Gradient metric Q^AB/F of Xydeas and Petrovic."""

from dataclasses import dataclass
from typing import Callable

import cv2
import numpy as np

from ..names import lookup
from .plane import Picture, Pictures, Range, planes
from .pooling import shares, weighted_mean


def qabf(
    sources: Pictures, fused: Picture, variant: str = "liu", *, data_range: Range = None
) -> float:
    """Compute Q^AB/F: how well strength and direction of the sources' edges are preserved.

    Sobel gradients gx, gy (weights 1 2 1) give strength g = sqrt(gx^2 + gy^2) and angle
    a = atan(gy / gx) at each pixel. For each source X: G = min(gX, gF) / max(gX, gF),
    D = 1 - |aX - aF| / (pi/2),
    Q = 0.9994 / (1 + exp(-15 (G - 0.5))) * 0.9879 / (1 + exp(-22 (D - 0.8))).
    Value: sum of Q gX over pixels and sources, divided by the sum of gX. Pixels outside
    the picture count as 0, so its border is an edge.

    Parameters
    ----------
    sources, fused
        One or more sources of at least 3 x 3; see `twostream.metrics`.
    variant : str
        Which public code to follow; they differ in their constants and in how they treat ties:

        - ``"liu"``: gx = 0 becomes 1e-5 (an angle of +-pi/2, or 0 where flat), g = 0 becomes 1e-5
          in ratios and weights. The default, because the published results of multi-focus
          fusion were computed with this code.
        - ``"hong"``: the angle is pi/2 wherever gx = 0; where gX = gF, G is gX instead
          of 1 (so 0 where both are flat). The plain mean of Q if the sources are black.
          Differs from liu by up to 0.002.
        - ``"zhengliu"``: as liu, but constants 1, -10, 0.5 and 1, -20, 0.75;
          D = ||aX - aF| - pi/2| / (pi/2); the value is the mean over pixels of
          sum Q gX / sum gX, so that flat pixels count as much as edges.
        - ``"petrovic_kumar"``: Petrovic's later constants 0.9999, -19, 0.5 and 0.9995, -22, 0.5.
          Gradients are divided by 8, the picture is mirrored about its border pixels, and
          a = atan(gx / gy), 0 where flat. G = 0 where either is flat; D is as in zhengliu. Q is the
          square root of the product. The weights are gX^1.5, but 0.001 where gX < 2.

    Returns
    -------
    float
        0 to 1, higher is better. A picture fused with itself gets 0.974794 (liu), 0.986659
        (zhengliu), about 0.975 (hong), not 1.

    References
    ----------
    C. S. Xydeas, V. Petrovic, "Objective image fusion performance measure", Electronics Letters
    36(4), 2000. V. Petrovic, "Subjective tests for image fusion evaluation and objective metric
    validation", Information Fusion 8(2), 2007.
    Public code: `metricXydeas` of yuliu316316/MFIF (liu) and zhengliu6699/imageFusionMetrics
    (zhengliu), `analysis_Qabf` of Linfeng-Tang/Evaluation-for-Image-Fusion (hong),
    `objective_fusion_perform_fn` of xingchenzhang/VIFB (petrovic_kumar).
    """
    rules = lookup(variant, _VARIANTS, "variant of qabf")
    sources, fused = planes(sources, fused, smallest=3, data_range=data_range)
    return rules.pool(*preserved_and_weights(sources, fused, rules))


def preserved_and_weights(sources, fused, rules):
    """Make maps of Q and of the weight of each source; `rules` are those of a variant."""
    preserved = [_preserved(source, fused, rules) for source in sources]
    return preserved, [source.once(_weight, rules) for source in sources]


def edge_strength(plane, rules):
    """Return the strength of a Plane's edges, H x W; `rules` are those of a variant."""
    return plane.once(_edges, rules)[0]


@dataclass(frozen=True)
class _Sigmoid:
    height: float
    slope: float
    middle: float

    def __call__(self, x):
        return self.height / (1 + np.exp(self.slope * (x - self.middle)))


def _edges(plane, rules):
    """Return strength and angle of the gradient."""
    gx, gy = (
        cv2.Sobel(plane.values, cv2.CV_64F, *axis, scale=rules.scale, borderType=rules.border)
        for axis in ((1, 0), (0, 1))
    )
    strength = np.sqrt(gx * gx + gy * gy)
    strength[strength == 0] = rules.no_strength
    return strength, rules.angle(gx, gy)


def _preserved(source, fused, rules):
    strength, angle = source.once(_edges, rules)
    fused_strength, fused_angle = fused.once(_edges, rules)
    kept = rules.keep_strength(_ratio(strength, fused_strength, rules))
    turned = np.abs(angle - fused_angle) / (np.pi / 2)
    if rules.folded:
        turned = 1 - np.abs(turned - 1)
    return rules.combine(kept * rules.keep_angle(1 - turned))


def _ratio(strength, fused_strength, rules):
    larger = np.maximum(strength, fused_strength)
    ratio = np.minimum(strength, fused_strength)
    np.divide(ratio, larger, out=ratio, where=larger > 0)
    if rules.equal_gives_strength:
        ratio = np.where(strength == fused_strength, strength, ratio)
    return ratio


def _angle_liu(gx, gy):
    return np.arctan(gy / np.where(gx == 0, 1e-5, gx))


def _angle_hong(gx, gy):
    # Hong's x axis points left. The sign matters because gx = 0 always gives +pi/2.
    return np.where(gx == 0, np.pi / 2, np.arctan(-gy / np.where(gx == 0, 1, gx)))


def _angle_petrovic(gx, gy):
    # Measured from the y axis. This matters because flat pixels have the angle 0.
    return np.arctan(gx / np.where(gy == 0, 1e-30, gy))


def _weight(plane, rules):
    strength, _ = plane.once(_edges, rules)
    return rules.weight(strength)


def _weight_petrovic(strength):
    return np.where(strength >= 2, strength**1.5, 0.001)


def _mean_of_ratios(preserved, weights):
    return float(sum(q * share for q, share in zip(preserved, shares(weights))).mean())


def _unchanged(x):
    return x


@dataclass(frozen=True)
class _Rules:
    """The settings that distinguish the variants; the defaults are those of liu."""

    keep_strength: _Sigmoid = _Sigmoid(0.9994, -15, 0.5)
    keep_angle: _Sigmoid = _Sigmoid(0.9879, -22, 0.8)
    scale: float = 1.0
    border: int = cv2.BORDER_CONSTANT
    angle: Callable = _angle_liu
    no_strength: float = 1e-5
    equal_gives_strength: bool = False
    folded: bool = False
    combine: Callable = _unchanged
    weight: Callable = _unchanged
    pool: Callable = weighted_mean


PETROVIC_KUMAR = _Rules(
    keep_strength=_Sigmoid(0.9999, -19, 0.5),
    keep_angle=_Sigmoid(0.9995, -22, 0.5),
    scale=1 / 8,
    border=cv2.BORDER_REFLECT_101,
    angle=_angle_petrovic,
    no_strength=0.0,
    folded=True,
    combine=np.sqrt,
    weight=_weight_petrovic,
)
"""Rules of the variant of that name."""

_VARIANTS = {
    "liu": _Rules(),
    "hong": _Rules(angle=_angle_hong, no_strength=0.0, equal_gives_strength=True),
    "zhengliu": _Rules(
        keep_strength=_Sigmoid(1, -10, 0.5),
        keep_angle=_Sigmoid(1, -20, 0.75),
        folded=True,
        pool=_mean_of_ratios,
    ),
    "petrovic_kumar": PETROVIC_KUMAR,
}
