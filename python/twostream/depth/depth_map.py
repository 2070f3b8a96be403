"""Depth of a scene from the focus of a stack, interpolated between frames and without holes.

1. Focus score of a frame at each pixel: the square root of the modified Laplacian (Nayar,
   Nakagawa, "Shape from focus", TPAMI 16(8), 1994). The frame of the decision map counts twice,
   its neighbours a little less.
2. The scores of each frame are smoothed along the edges of the fused image. Smooth areas get the
   scores of their surroundings, and objects keep their outlines, which a window would widen.
3. The depth is the maximum of the parabola through the logarithms of the best score and those of
   the two neighbours. The frames are read one at a time.
"""

import math

import cv2
import numpy as np

from ..io.pixels import luma
from .edge_smoothing import EdgeSmoothing

NOISE = 0.55
"""Standard deviation in pixels of the first smoothing, which suppresses noise."""
SECOND = np.array([[-1, 2, -1]], np.float32)
"""Second difference along a row."""
REACH = 2.0
"""Distance from the decision map, in frames, at which its extra weight falls to 1 / e."""
MOST = 8_000_000
"""Number of pixels above which scores are smoothed and compared at a reduced size."""
STRIP = 256
"""Rows that are converted to luma at once."""
LEAST = 1e-6
"""Added to the modified Laplacian, so that the decision map prevails where there is no texture."""


def depth_map(source, frames, image, scale):
    """Compute the depth of each pixel of the fused `image`, H x W x C.

    `source` is the decision map, H x W numbers of the frames from 0; `frames` are those that were
    fused, which are read once. The depth, H x W, float32, is from 0 (focus of the first frame) to
    the number of frames less 1.
    """
    shape, step = source.shape, math.ceil(math.sqrt(source.size / MOST))
    size = tuple(-(-side // step) for side in shape[::-1])
    near = cv2.resize(source, size, interpolation=cv2.INTER_NEAREST)
    guide = scale.to_unit(cv2.resize(image, size, interpolation=cv2.INTER_AREA))
    smooth, peak = EdgeSmoothing(guide.reshape(*near.shape, -1)), Peak()
    for number, frame in enumerate(frames):
        score = cv2.resize(focus_score(frame, scale), size, interpolation=cv2.INTER_AREA)
        score *= _weights(number, len(frames))[near]
        peak.add(smooth(score))
    return cv2.resize(cv2.medianBlur(peak.place, 5), shape[::-1])


def focus_score(frame, scale):
    """Compute the focus score of a frame, H x W x C: H x W, float32, positive."""
    plane = np.empty(frame.shape[:2], np.float32)
    for row in range(0, len(frame), STRIP):  # saves memory
        plane[row : row + STRIP] = luma(scale.to_unit(frame[row : row + STRIP]))
    plane, score = cv2.GaussianBlur(plane, (0, 0), NOISE), np.float32(LEAST)
    for kernel in (SECOND, SECOND.T):
        second = cv2.filter2D(plane, -1, kernel, borderType=cv2.BORDER_REFLECT)
        score = np.abs(second, out=second) + score
    return np.sqrt(score, out=score)


def _weights(number, count):
    """Return the weight of a frame's score for each frame that the decision map may name."""
    distance = np.abs(np.arange(count) - number)
    return (1 + np.exp(-distance / REACH)).astype(np.float32)


class Peak:
    """Position of the maximum over the planes passed to `add`, at each pixel.

    Only the best plane and its neighbours are kept, as the logarithms of their values.
    """

    def __init__(self):
        self._count = 0

    def add(self, plane):
        """Add the next plane, H x W, float32, positive."""
        plane = np.log(plane)
        if self._count == 0:
            self._index, self._best = np.zeros(plane.shape, np.uint16), plane.copy()
            self._before, self._after = np.full((2, *plane.shape), np.nan, np.float32)
        else:
            last = self._index == self._count - 1
            self._after[last] = plane[last]
            better = plane > self._best
            self._before[better], self._after[better] = self._previous[better], np.nan
            self._index[better], self._best[better] = self._count, plane[better]
        self._previous = plane
        self._count += 1

    @property
    def place(self):
        """Number of the largest plane, from 0, with the fraction that a parabola adds: H x W."""
        curvature = 2 * self._best - self._before - self._after
        with np.errstate(invalid="ignore", divide="ignore"):
            shift = (self._after - self._before) / (2 * curvature)
        return self._index + np.nan_to_num(np.clip(shift, -0.5, 0.5))
