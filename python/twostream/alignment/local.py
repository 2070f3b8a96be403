"""Local registration by dense optical flow, for parallax and moving subjects.

The flow is that of Kroeger et al. (ECCV 2016), as OpenCV computes it, between slightly blurred
lumas. It starts from the flow of the neighbour, and is kept as a coarse grid, so that a frame takes
little memory.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import cv2
import numpy as np

from ..progress import Bar
from .band_pyramid import BandPyramid

CELL = 4
"""Distance in pixels of the reduced frame between points of the grid."""
BLUR = 1.0
"""Standard deviation in pixels of the blur of the lumas."""
REFINED, SMOOTH = 30, 80
"""Iterations of the variational refinement of the flow, and the weight of its smoothness: a less
smooth flow contracts edges that are out of focus in one of two images."""
RETURN = 0.7
"""Distance in pixels within which the flows in both directions must lead back to a pixel."""
DIFFERENCE, OF_CONTRAST = 8, 0.5
"""A pixel fits if its lumas, of 255, blurred by `COMPARED`, differ by at most `DIFFERENCE` plus a
share of the contrast. The share allows for edges that are sharp in one frame only."""
COMPARED = 1.75
"""Standard deviation in pixels of a blur, after `BLUR`, that hides differences of focus."""
COARSE, AROUND = 7.0, 4.0
"""Standard deviations in pixels: the contrast is the mean difference from the image blurred by
`COARSE`, in a window of `AROUND`."""
LEVEL = 129
"""Side in pixels of the window of the local mean, which is matched for frames of other exposure."""
SHARPER = 1.14
"""Ratio of the detail of a frame to that of the template above which the frame is used."""
FAINT = 0.5 / 255
"""Detail, of white 1, that noise may add."""
RIM = 4
"""Pixels at each edge, at half size, that are not compared."""
FITS, NOT_SHARPER, MISFIT = 1, 0, -1
"""Values of the third number of a point of the grid."""


def local_flows(frames, alignment, progress=False):
    """Measure the flow to each frame of an alignment, outwards from the reference frame.

    Return a grid for each of its frames, see `LocalFlow.measure`; None for the reference frame and
    those that show too little. Only a few frames are in memory.
    """
    numbers, index = alignment.numbers, alignment.reference
    template = BandPyramid(frames[numbers[index]], frames.scale, True)
    ways = (range(index + 1, len(numbers)), range(index - 1, -1, -1))
    flows = [None] * len(numbers)
    with Bar("flow", len(numbers) - 1, progress) as bar, ThreadPoolExecutor(len(ways)) as pool:
        [*pool.map(partial(_outwards, frames, alignment, template, flows, bar), ways)]
    return flows


def _outwards(frames, alignment, template, flows, bar, way):
    local = LocalFlow(template)
    for place in way:
        image = BandPyramid(frames[alignment.numbers[place]], frames.scale, True)
        if image.is_measurable:
            flows[place] = local.measure(image, alignment.transforms[place])
        bar.update()


def misfit_share(flows):
    """Return the mean share of the frames that do not fit with their flow."""
    shares = [
        np.mean(flow[..., 2] < (MISFIT + NOT_SHARPER) / 2) for flow in flows if flow is not None
    ]
    return float(np.mean(shares)) if shares else 0.0


def explained(template, image, transform):
    """Return the mean difference of two images, of 255, without and with a flow at half their size.

    The images are BandPyramids; `transform` registers them roughly.
    """
    here = _blurred(template.plane)
    there = _registered(here, template, image, transform)
    size = tuple(max(1, side // 2) for side in here.shape[::-1])
    here, there = (cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in (here, there))
    moved = _moved(there, _method().calc(here, there, None) + _pixels(here.shape))
    inside = (slice(RIM, -RIM),) * 2
    return tuple(float(_difference(here, one)[inside].mean()) for one in (there, moved))


class LocalFlow:
    """The flow from a template, a BandPyramid, to one image after another."""

    def __init__(self, template):
        self._template, self._blurred = template, _blurred(template.plane)
        self._there, self._back = _method(), _method(1)  # the flow back shows where flow fails
        self._flow, self._steps = None, 0

    def measure(self, image, transform):
        """Measure the flow to the next image, a BandPyramid; `transform` registers it roughly.

        The result is a grid, h x w x 3, float16. Its points are evenly spaced on the template, from
        corner to corner. The first two numbers of each are the displacement, right and down in
        pixels of the full size, before the transform. The third is `FITS`, `NOT_SHARPER` or
        `MISFIT`.
        """
        here, away = self._blurred, _registered(self._blurred, self._template, image, transform)
        self._steps += 1
        start = None if self._flow is None else self._flow * (self._steps / (self._steps - 1))
        there = self._there.calc(here, away, start)
        back = self._back.calc(away, here, None if start is None else -start)
        self._flow = there.copy()
        place = there + _pixels(there.shape)
        returns = np.hypot(*np.moveaxis(there + _moved(back, place), 2, 0)) <= RETURN
        moved = _moved(away, place)
        fits = _difference(here, moved) <= DIFFERENCE + OF_CONTRAST * _contrast(moved)
        detail = _warped(image.detail, _reduced(self._template, image, transform))
        sharper = _moved(detail, place) > SHARPER * self._template.detail + FAINT
        judged = np.where(sharper, FITS, NOT_SHARPER)
        judged[~(returns & fits)] = MISFIT
        return self._grid(there, judged)

    def _grid(self, flow, judged):
        whole = np.array(self._template.shape[::-1]) / flow.shape[1::-1]
        planes = np.dstack([flow * whole, judged]).astype(np.float32)
        x, y = (
            np.linspace(0, n - 1, -(-n // CELL) + 1, dtype=np.float32) for n in flow.shape[1::-1]
        )
        places = np.stack(np.meshgrid(x, y), axis=2)
        return cv2.remap(planes, places, None, cv2.INTER_LINEAR).astype(np.float16)


def _method(finest=0):
    method = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    method.setFinestScale(finest)
    method.setVariationalRefinementIterations(REFINED)
    method.setVariationalRefinementAlpha(SMOOTH)
    method.setVariationalRefinementDelta(0)  # exposure may differ
    return method


def _reduced(template, image, transform):
    """Convert a transform to one from the reduced template to the reduced image."""
    normal = template.normal
    matrix = normal @ transform @ np.linalg.inv(normal)
    return np.linalg.inv(image.levels[-1].place) @ matrix @ template.levels[-1].place


def _registered(here, template, image, transform):
    """Register the blurred luma of an image, H x W, uint8, roughly; match its exposure to `here`.

    `here` is the blurred luma of the template.
    """
    away = _warped(_blurred(image.plane), _reduced(template, image, transform))
    return _levelled(away, here)


def _levelled(plane, template):
    """Match the local mean of a plane to that of the template, for frames of another exposure."""
    wanted, mean = (cv2.blur(np.float32(one), (LEVEL, LEVEL)) + 1 for one in (template, plane))
    return np.clip(np.rint(plane * (wanted / mean)), 0, 255).astype(np.uint8)


def _difference(one, other):
    return np.abs(cv2.GaussianBlur(other - np.float32(one), (0, 0), COMPARED))


def _blurred(plane):
    gray = np.clip(np.rint(plane * 255), 0, 255).astype(np.uint8)
    return cv2.GaussianBlur(gray, (0, 0), BLUR)


def _contrast(plane):
    detail = cv2.absdiff(plane, cv2.GaussianBlur(plane, (0, 0), COARSE))
    return cv2.GaussianBlur(np.float32(detail), (0, 0), AROUND)


def _pixels(shape):
    return np.stack(np.meshgrid(*map(np.arange, shape[1::-1])), axis=2).astype(np.float32)


def _warped(plane, matrix):
    flags, border = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, cv2.BORDER_REPLICATE
    return cv2.warpPerspective(plane, matrix, plane.shape[::-1], flags=flags, borderMode=border)


def _moved(plane, places):
    return cv2.remap(plane, places, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
