"""Local registration by dense optical flow, for parallax and moving subjects.

The flow is that of Kroeger et al. (ECCV 2016), as OpenCV computes it, between slightly blurred
lumas. It starts from the flow of the neighbour, and is kept as a coarse grid, so that a frame takes
little memory.
"""

from typing import NamedTuple

import cv2
import numpy as np

CELL = 4
"""Distance in pixels of the reduced frame between points of the grid."""
BLUR = 1.0
"""Standard deviation in pixels of the blur of the lumas."""
REFINED = 10
"""Variational iterations of the flow."""
RETURN = 1.0
"""Distance in pixels within which the flows in both directions must lead back to a pixel."""
DIFFERENCE = 25
"""Difference of lumas, of 255, up to which a pixel fits, blurred by `COMPARED`."""
COMPARED = 1.75
"""Standard deviation in pixels of a blur, after `BLUR`, that hides differences of focus."""
SHARPER = 1.14
"""Ratio of the detail of a frame to that of the template above which the frame is used."""
FAINT = 0.5 / 255
"""Detail, of white 1, that noise may add."""
RIM = 8
"""Pixels at each edge whose difference does not count."""
FITS, NOT_SHARPER, MISFIT = 1, 0, -1
"""Third number of a point of the grid."""


class Flow(NamedTuple):
    """The flow from a template to an image."""

    grid: np.ndarray  # h x w x 3, float16, see `LocalFlow.measure`
    before: float  # mean difference of the two, of 255, without the flow
    after: float  # with it


class LocalFlow:
    """The flow from a template, a BandPyramid, to one image after another."""

    def __init__(self, template):
        self._template, self._blurred = template, _blurred(template.plane)
        self._flow, self._steps = None, 0
        self._method = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        self._method.setFinestScale(0)
        self._method.setVariationalRefinementIterations(REFINED)

    def measure(self, image, transform):
        """Measure the flow to the next image, a BandPyramid; `transform` registers it roughly.

        The points of the grid lie evenly on the template, the outermost ones in its corners. The
        first two numbers of each are the distance, right and down in pixels of the full size, by
        which a point of the template is moved before the transform. The third is `FITS`,
        `NOT_SHARPER` or `MISFIT`.
        """
        matrix = self._reduced(transform, image)
        blurred, detail = (_warped(p, matrix) for p in (_blurred(image.plane), image.detail))
        self._steps += 1
        start = None if self._flow is None else self._flow * (self._steps / (self._steps - 1))
        there = self._method.calc(self._blurred, blurred, start)
        back = self._method.calc(blurred, self._blurred, None if start is None else -start)
        self._flow = there.copy()
        place = there + _pixels(there.shape)
        before, after = (self._difference(one) for one in (blurred, _moved(blurred, place)))
        returns = np.hypot(*np.moveaxis(there + _moved(back, place), 2, 0)) <= RETURN
        sharper = _moved(detail, place) > SHARPER * self._template.detail + FAINT
        judged = np.where(sharper, FITS, NOT_SHARPER)
        judged[~returns | (after > DIFFERENCE)] = MISFIT
        inside = (slice(RIM, -RIM),) * 2
        means = (float(one[inside].mean()) for one in (before, after))
        return Flow(self._grid(there, judged), *means)

    def _reduced(self, transform, image):
        """Convert a transform to one from the reduced template to the reduced image."""
        here, there = self._template.levels[-1], image.levels[-1]
        normal = self._template.normal
        matrix = np.linalg.inv(there.place) @ normal @ transform @ np.linalg.inv(normal)
        return matrix @ here.place

    def _difference(self, blurred):
        return np.abs(cv2.GaussianBlur(blurred - np.float32(self._blurred), (0, 0), COMPARED))

    def _grid(self, flow, judged):
        whole = np.array(self._template.shape[::-1]) / flow.shape[1::-1]
        planes = np.dstack([flow * whole, judged]).astype(np.float32)
        x, y = (
            np.linspace(0, n - 1, -(-n // CELL) + 1, dtype=np.float32) for n in flow.shape[1::-1]
        )
        places = np.stack(np.meshgrid(x, y), axis=2)
        return cv2.remap(planes, places, None, cv2.INTER_LINEAR).astype(np.float16)


def _blurred(plane):
    gray = np.clip(np.rint(plane * 255), 0, 255).astype(np.uint8)
    return cv2.GaussianBlur(gray, (0, 0), BLUR)


def _pixels(shape):
    return np.stack(np.meshgrid(*map(np.arange, shape[1::-1])), axis=2).astype(np.float32)


def _warped(plane, matrix):
    flags, border = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, cv2.BORDER_REPLICATE
    return cv2.warpPerspective(plane, matrix, plane.shape[::-1], flags=flags, borderMode=border)


def _moved(plane, places):
    return cv2.remap(plane, places, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
