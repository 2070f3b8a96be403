"""Fusion artifacts N^AB/F: edges of the fused picture that no source has."""

import numpy as np

from ..names import lookup
from .plane import Picture, Pictures, Range, planes
from .pooling import weighted_mean
from .qabf import PETROVIC_KUMAR, edge_strength, preserved_and_weights


def n_abf(
    sources: Pictures, fused: Picture, variant: str = "kumar", *, data_range: Range = None
) -> float:
    """Compute the modified fusion artifacts N^AB/F: edges that the fused image adds.

    Strengths g, preservations Q and weights w are those of `qabf`'s variant petrovic_kumar. Value:
    sum of (1 - QX) wX over the sources X and those pixels where gF is greater than every gX,
    divided by the sum of all wX.

    Parameters
    ----------
    sources, fused
        One or more sources of at least 3 x 3; see `twostream.metrics`.
    variant : str
        - ``"kumar"``: levels of 0 to 255, as the author's own code calls it.
        - ``"unit"``: equal weights. The toolboxes of fusion by deep learning call the same code
          with levels of 0 to 1. No edge then reaches the required strength of 2, and all weights
          are the least one. Values published with these toolboxes are of this kind.

    Returns
    -------
    float
        0 (no artifacts) to 1; lower is better.

    References
    ----------
    B. K. Shreyamsha Kumar, "Multifocus and multispectral image fusion based on pixel significance
    using discrete cosine harmonic wavelet transform", Signal, Image and Video Processing 7(6),
    2013. V. Petrovic, C. Xydeas, "Objective image fusion performance characterisation", ICCV 2005.
    Public code: `objective_fusion_perform_fn` of xingchenzhang/VIFB (kumar), `analysis_nabf` as
    called by Linfeng-Tang/Image-Fusion (unit).
    """
    weigh = lookup(variant, _VARIANTS, "variant of n_abf")
    sources, fused = planes(sources, fused, smallest=3, data_range=data_range)
    preserved, weights = preserved_and_weights(sources, fused, PETROVIC_KUMAR)
    strongest = np.maximum.reduce([edge_strength(source, PETROVIC_KUMAR) for source in sources])
    new = edge_strength(fused, PETROVIC_KUMAR) > strongest
    return weighted_mean([(1 - kept) * new for kept in preserved], weigh(weights))


_VARIANTS = {"kumar": list, "unit": lambda weights: [np.ones_like(w) for w in weights]}
