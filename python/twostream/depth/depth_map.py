"""Depth of a scene from the focus of a stack, interpolated between frames and without holes.

The depth is the minimum of the parabola through the blur of the sharpest frame and of its two
neighbours. Where there is no texture, the depth comes from the surroundings: a mean weighted by
confidence (normalised convolution; Knutsson, Westin, CVPR 1993), at the finest scale with some
confidence. At last the depth is smoothed along the edges of the fused image.
"""

import cv2
import numpy as np

from ..fusion.guided import guided_filter
from ..io.pixels import luma
from .focus_sweep import CONTRAST

RADIUS, EPS = 8, 1e-3
"""Radius in pixels and regularisation of the guided filter, see `guided.guided_filter`."""
BLUR = 0.05
"""Variance in square pixels by which the neighbours are blurrier at a confidence of 1/2."""
LEAST = 1e-4
"""Confidence without texture: if there is none in the surroundings either, the decision stays."""
SURE = 0.2
"""Confidence at which the surroundings get the weight 1/2."""


def depth_map(source, sweep, image, scale):
    """Compute the depth of each pixel of the fused `image`, H x W x C.

    `source` is the decision map, H x W numbers of the frames from 0; `sweep` is the FocusSweep of
    the same frames. The depth is from 0 (focus of the first frame) to the number of frames less 1.
    """
    chosen = cv2.medianBlur(source.astype(np.uint16), 5).astype(np.float32)
    depth, confidence = _of_cells(chosen, sweep)
    depth, confidence = (
        cv2.resize(plane, source.shape[::-1])
        for plane in (filled_from_around(depth, confidence), confidence)
    )
    depth = guided_filter(luma(scale.to_unit(image)), depth, RADIUS, EPS)
    near = np.clip(depth, chosen - 0.5, chosen + 0.5)  # keeps the edges of the decision map
    return np.clip(depth + confidence * (near - depth), 0, sweep.count - 1)


def _of_cells(chosen, sweep):
    """Return depth and confidence, h x w, from the decision map, H x W, and the sweep."""
    chosen = cv2.resize(chosen, sweep.index.shape[::-1], interpolation=cv2.INTER_NEAREST)
    blurrier = np.nan_to_num(sweep.before) + np.nan_to_num(sweep.after)
    inside = np.isfinite(sweep.before + sweep.after)
    shift = np.where(inside, (sweep.before - sweep.after) / np.maximum(2 * blurrier, 1e-6), 0)
    same = sweep.textured & (np.abs(chosen - sweep.index) <= 1)
    depth = np.where(same, sweep.index + np.clip(shift, -0.5, 0.5), chosen)
    seen = sweep.contrast**2 / (sweep.contrast**2 + CONTRAST**2) * blurrier / (blurrier + BLUR)
    return depth.astype(np.float32), np.maximum(seen, LEAST).astype(np.float32)


def filled_from_around(values, confidence):
    """Replace values of low confidence, from 0 to 1, by those of their surroundings."""
    if min(values.shape) < 2:
        return values
    coarse_confidence = cv2.pyrDown(confidence)
    coarse = cv2.pyrDown(values * confidence) / np.maximum(coarse_confidence, 1e-9)
    # Doubled: one confident value in four is enough at the next scale.
    around = filled_from_around(coarse, np.minimum(2 * coarse_confidence, 1))
    around = cv2.resize(around, values.shape[::-1])
    share = confidence / (confidence + SURE)
    return share * values + (1 - share) * around
