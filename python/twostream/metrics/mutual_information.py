"""Mutual information (MI) of the sources and the fused picture, in several variants."""

import math
from functools import partial

import numpy as np

from ..names import lookup
from .histograms import entropy_bits, joint_histogram, plane_entropy, stretched_levels, whole_levels
from .plane import Picture, Pictures, Range, pair, planes

_Q_CVEJIC = 1.85
_Q_NAVA = 0.43137


def mutual_information(
    sources: Pictures, fused: Picture, variant: str = "hossny", *, data_range: Range = None
) -> float:
    """Compute the mutual information of the gray levels of the fused image and the sources.

    I(X,F) = H(X) + H(F) - H(X,F), from histograms of 256 and 256 x 256 bins. The mutual
    information with a constant picture is 0.

    Parameters
    ----------
    sources, fused
        One or more sources; see `twostream.metrics`. Exactly two for ``"nava"``.
    variant : str
        - ``"hossny"``: sum over the sources X of 2 I(X,F) / (H(X) + H(F)); from 0 to the number
          of sources. Each picture is first stretched from its own minimum and maximum to 0..255
          and rounded half up.
        - ``"sum_nats"``: sum of I(X,F) in nats, pictures stretched; 0 or more.
        - ``"sum_bits"``: sum of I(X,F) in bits, pictures not stretched; 0 or more.
        - ``"sum_bits_uint8"``: the same, but levels 254 and 255 count as one in the joint
          histogram. This is a defect of the public code (value + 1 saturates in 8 bits), kept to
          compare with values published with it.
        - ``"tsallis"``: sum of T(X,F), pictures stretched;
          T = (1 - sum p(x,f)^q / (p(x) p(f))^(q-1)) / (1 - q) with q = 1.85. As in the public
          code, p(x) and p(f) are swapped: each histogram is read at the level of the other
          picture. That is close to the formula only where the histograms are alike; kept to
          compare with published values.
        - ``"nava"``: (T(A,F) + T(B,F)) / (H(A)^q + H(B)^q + T(A,B)), the same T (and swap) with
          q = 0.43137, H in bits.

    Returns
    -------
    float
        Higher is better; see the variants for ranges. Pictures that copy one source are favoured.

    References
    ----------
    G. Qu, D. Zhang, P. Yan, "Information measure for performance of image fusion", Electronics
    Letters 38(7), 2002. M. Hossny, S. Nahavandi, D. Creighton, "Comments on 'Information measure
    for performance of image fusion'", Electronics Letters 44(18), 2008. N. Cvejic,
    C. N. Canagarajah, D. R. Bull, "Image fusion metric based on mutual information and Tsallis
    entropy", Electronics Letters 42(11), 2006. R. Nava, G. Cristobal, B. Escalante-Ramirez,
    "Mutual information improves image fusion quality assessments", SPIE Newsroom, 2007.
    Public code: `metricMI` of zhengliu6699/imageFusionMetrics (hossny, tsallis, nava),
    `metricsMutinf` of xingchenzhang/VIFB (sum_nats), `MI_evaluation` of
    Linfeng-Tang/Evaluation-for-Image-Fusion (sum_bits_uint8).
    """
    rule = lookup(variant, _VARIANTS, "variant of mutual_information")
    return float(rule(*planes(sources, fused, data_range=data_range)))


def information(x, y, levels, merged=False):
    """Return I(X,Y) of two Planes in bits; `merged` makes 254 and 255 one joint level."""
    joint = joint_histogram(x, y, levels)
    if merged:
        joint[254] += joint[255]
        joint[:, 254] += joint[:, 255]
        joint[255] = joint[:, 255] = 0
    return x.once(plane_entropy, levels) + y.once(plane_entropy, levels) - entropy_bits(joint)


def _sum(sources, fused, levels, merged=False, bits=1.0):
    return bits * sum(information(source, fused, levels, merged) for source in sources)


def _normalised(x, y):
    total = sum(plane.once(plane_entropy, stretched_levels) for plane in (x, y))
    return 2 * information(x, y, stretched_levels) / total if total else 0.0


def _nava(sources, fused):
    a, b = pair(sources, "Nava's mutual information")
    entropies = sum(source.once(plane_entropy, stretched_levels) ** _Q_NAVA for source in sources)
    possible = entropies + a.once(_tsallis, b, _Q_NAVA)
    shared = sum(_tsallis(source, fused, _Q_NAVA) for source in sources)
    return shared / possible if possible else 0.0


def _tsallis(x, y, q):
    joint = joint_histogram(x, y, stretched_levels) / x.values.size
    swapped = np.outer(joint.sum(axis=0), joint.sum(axis=1))
    used = (joint > 0) & (swapped > 0)
    return (1 - (joint[used] ** q / swapped[used] ** (q - 1)).sum()) / (1 - q)


_VARIANTS = {
    "hossny": lambda sources, fused: sum(_normalised(source, fused) for source in sources),
    "sum_nats": partial(_sum, levels=stretched_levels, bits=math.log(2)),
    "sum_bits": partial(_sum, levels=whole_levels),
    "sum_bits_uint8": partial(_sum, levels=whole_levels, merged=True),
    "tsallis": lambda sources, fused: sum(_tsallis(x, fused, _Q_CVEJIC) for x in sources),
    "nava": _nava,
}
