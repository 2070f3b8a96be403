"""Method ``select``, beyond the paper: copy each pixel from the source that is in focus.

1. Focus scores: at each pixel, how much nearer in luma one source is to the estimate of a net.
2. Decision map: total variation smooths the scores (Rudin, Osher, Fatemi, Physica D 60, 1992), so
   that regions are connected and their boundaries short. The sign selects the source to copy.
3. Boundaries: near an object that is out of focus neither source is sharp. There the estimate of
   each channel replaces the copied pixel where both differ by more than the noise of the estimate.
"""

import math

import cv2
import numpy as np

from ..errors import BadInput
from ..io.pixels import Scale, luma
from ..names import lookup
from .tiling import tiles
from .total_variation import smoothed_by_total_variation

NOISE = 1e-4
"""Typical squared error of the estimate: sources that differ by less get a score near 0."""
BLUR = 0.5
"""Standard deviation in pixels of the window in which squared errors are compared."""
SCORE_MARGIN = 2
"""Pixels around a pixel that its focus score depends on."""
SMOOTHNESS = 0.25
"""Weight of the total variation at half resolution: cost of one pixel of boundary, in the unit of
the scores. More of it loses thin objects."""
STEPS = 20
"""Steps of the smoothing; each widens the halo by one pixel, two at full resolution."""
PREFERENCES = {"near": 1, "far": -1}
"""Preference where objects overlap -> sign of its score, for frames ordered from near to far."""
OVERLAP, BIAS = 4, 0.2
"""Distance in pixels from a boundary within which a frame may be preferred, and the smoothed score
above which the other one is taken anyway."""
REACH = 12
"""Distance in pixels from a boundary within which the estimate may be used."""
DIFFERENCE, SHARE = 1 / 255, 0.1
"""Difference at which the estimate gets the weight 1/2, and its share of the difference of the
sources; smaller ones are mostly its noise. A copied pixel that shows haze differs by more."""
SAME = 2 / 255
"""Difference of the sources below which a pixel needs no correction."""
WINDOW = 1.5
"""Standard deviation in pixels of the window in which the difference is measured."""
BLOCK = 96
"""Side of the blocks that are searched for boundaries. A block is corrected as one piece."""
DECIDING = 4
"""Measured: time of the decision map as a multiple of that of the corrections."""
CONTEXT = 8
"""Pixels around a piece that its estimate uses. More of them change the PSNR by under 0.02 dB."""
LUMA = Scale(65535 / 8, 65535 / 4)
"""Scale of lumas of 16 bits, with room for a range of -0.5 to 3.5."""
SMOOTHED = 22
"""Bytes per pixel that the smoothing holds: float planes at full and half sides."""
STRIP = 256
"""Rows that are converted to luma at once."""
TILE = 1024
HALO = 2 * STEPS + 8
"""Pixels around a pixel that its smoothed score depends on."""


class Select:
    """Fuse two frames.

    The estimates of `net` are used near boundaries; `decider`, by default the same net, makes the
    decision map. `prefer` is one of `PREFERENCES`, or None. Raise BadInput if it is not, or if a
    net does not have two streams of one or three channels.
    """

    streams = 2
    decides = True
    recorder = None
    """A `steps.Steps`, if the intermediate maps are to be kept."""

    def __init__(self, net, decider=None, prefer=None):
        self._prefer = 0 if prefer is None else lookup(prefer, PREFERENCES, "preference")
        self._net, self._decider = net, decider or net
        for one in (self._net, self._decider):
            if one.streams != 2 or one.channels not in (1, 3):
                raise BadInput("The method select needs a net of two streams, of 1 or 3 channels.")
        self.quantized = self._net.quantized or self._decider.quantized

    def steps(self, shape, decided=False):
        """Return the work for a frame, in blocks; less for a given decision map."""
        return len(_blocks(shape)) * (1 if decided else 1 + DECIDING)

    def scale(self, frames):
        """Return the scale of the frames' pixel values."""
        return frames.scale

    def decide(self, sources, bar, in_order=True):
        """Decide which of two frames is in focus at each pixel, by their lumas, see `luma16`.

        The decision map, H x W booleans, is True where the first one is. The bar, a
        `progress.Bar`, advances. `in_order` is whether the first one is the earlier in the stack.
        """
        scores = self._scores(sources, bar)
        decision = np.empty(scores.shape, bool)
        sign = self._prefer if in_order else -self._prefer

        def choose(tile):
            whole = smoothed(scores[tile.outer].astype(np.float32))
            decision[tile.inner] = preferred(whole, sign)[tile.crop]

        list(self._decider.each(choose, tiles(scores.shape, TILE, HALO)))
        if self.recorder:
            self.recorder.decided(scores, decision, in_order)
        return decision

    def fuse(self, sources, scale, bar, decision, region):
        """Fuse two frames; see `network.Network.fuse`.

        `decision`, H x W booleans, is True where pixels are copied from the first frame; `region`
        is the region of interest, in which boundaries are corrected.
        """
        fused = np.where(decision[..., None], *sources)
        if self.recorder:
            self.recorder.begin(fused)

        def correct(block):
            near = near_boundary(decision[block.outer]) * region[block.outer]
            if near.any():
                near *= differ(*_units(sources, block, scale))
            near = near[block.crop]
            if near.any():
                self._correct(fused, block.inner, near, sources, decision, scale)

        for _ in self._net.each(correct, _blocks(decision.shape)):
            bar.update()
        return fused

    def _scores(self, sources, bar):
        """Compute the focus scores, H x W, float16 to save memory; see `focus_score`."""
        scores = np.empty(sources[0].shape[:2], np.float16)

        def score(tile):
            units = _units(sources, tile, LUMA)
            # The decider was trained to ignore an outermost line that is dark in one source. In a
            # mirrored tile a dark line of the scene is not outermost.
            estimate = self._decider.fuse_mirrored(units, tile, scores.shape)
            planes = (plane[..., 0] for plane in (*units, estimate))
            scores[tile.inner] = focus_score(*planes)[tile.crop]
            return scores[tile.inner].size

        work = DECIDING * len(_blocks(scores.shape)) / scores.size
        for pixels in self._decider.each(score, self._decider.tiles(scores.shape, SCORE_MARGIN)):
            bar.update(work * pixels)
        return scores

    def _correct(self, fused, inner, near, sources, decision, scale):
        """Correct the pixels of a block that are near a boundary, in place."""
        part = _box(near)
        near, box = near[part], tuple(map(_within, inner, part))
        piece = self._net.around(box, CONTEXT)
        units = _units(sources, piece, scale)
        # Not from `fused`, in which the blocks before have been corrected.
        copied = np.where(decision[piece.outer][..., None], *units)
        estimate = self._net.fuse_both_ways(units)
        change = near[..., None] * correction(copied, estimate, units)[piece.crop]
        mask = near > 0
        corrected = copied[piece.crop][mask] + change[mask]
        fused[box][mask] = scale.from_unit(corrected, fused.dtype)
        if self.recorder:
            self.recorder.estimated(box, near, scale.from_unit(estimate[piece.crop], fused.dtype))


def luma16(image, scale):
    """Convert an image, H x W x C, to luma of 16 bits, H x W x 1, strip by strip to save memory."""
    plane = np.empty((*image.shape[:2], 1), np.uint16)
    for row in range(0, len(image), STRIP):
        unit = luma(scale.to_unit(image[row : row + STRIP]))
        plane[row : row + STRIP, :, 0] = LUMA.from_unit(unit, np.uint16)
    return plane


def _units(sources, tile, scale):
    return [scale.to_unit(source[tile.outer]) for source in sources]


def _blocks(shape):
    # The halo also covers the window of `differ`, of 5 pixels.
    return tiles(shape, BLOCK, REACH)


def _box(near):
    """Return the rows and columns of the bounding box of all pixels near a boundary."""
    there = [np.flatnonzero(near.any(axis=1 - axis)) for axis in (0, 1)]
    return tuple(slice(where[0], where[-1] + 1) for where in there)


def _within(span, part):
    return slice(span.start + part.start, span.start + part.stop)


def focus_score(a, b, estimate):
    """Compute at each pixel which source is nearer to the estimate, all H x W in [0, 1].

    The score is from -1 (`b` is in focus) over 0 (no difference) to 1 (`a` is in focus).
    """
    of_a, of_b = (cv2.GaussianBlur((x - estimate) ** 2, (0, 0), BLUR) for x in (a, b))
    return (of_b - of_a) / (of_a + of_b + NOISE)


def smoothed(scores):
    """Smooth focus scores, H x W, float32, so that regions of one sign have short boundaries.

    Half resolution is as good as full resolution, and four times as fast.
    """
    height, width = scores.shape
    even = np.pad(scores, ((0, height % 2), (0, width % 2)), mode="edge")
    half = cv2.resize(even, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    half = smoothed_by_total_variation(half, SMOOTHNESS, STEPS)
    return cv2.resize(half, even.shape[::-1], interpolation=cv2.INTER_LINEAR)[:height, :width]


def preferred(scores, sign):
    """Decide by smoothed scores, H x W; near boundaries in favour of scores of this sign."""
    decision = scores > 0
    if not sign:
        return decision
    wide = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * OVERLAP + 1,) * 2)
    gains = cv2.dilate((decision if sign > 0 else ~decision).astype(np.uint8), wide) > 0
    return np.where(gains, scores > -sign * BIAS, decision)


def smoothing_bytes(shape):
    """Return the bytes for smoothing the scores of a frame, H x W, for each thread."""
    return SMOOTHED * math.prod(min(side, TILE + 2 * HALO) for side in shape[:2])


def near_boundary(mask):
    """Compute how near each pixel is to a boundary of the mask, H x W booleans.

    It is 1 next to a boundary and falls to 0 at a distance of `REACH` pixels.
    """
    if mask.all() or not mask.any():
        return np.zeros(mask.shape, np.float32)
    sides = (mask.astype(np.uint8), (~mask).astype(np.uint8))
    distance = sum(cv2.distanceTransform(side, cv2.DIST_L2, 5) for side in sides)
    return np.clip(1 - (distance - 1) / REACH, 0, 1)


def differ(a, b):
    """Find where two images, H x W x C in [0, 1], differ by more than `SAME`: H x W, bool."""
    return _mean_square(a - b) > SAME**2


def correction(copied, estimate, sources):
    """Compute the correction of copied pixels where neither source is sharp.

    It is the share c / (c + `DIFFERENCE`^2 + `SHARE`^2 m) of the difference between estimate and
    copied pixels, H x W x C in [0, 1]. Here c is the squared difference and m that of the two
    sources, averaged over the channels and around the pixel.
    """
    difference = estimate - copied
    square, apart = _mean_square(difference), _mean_square(sources[0] - sources[1])
    noise = DIFFERENCE**2 + SHARE**2 * apart
    return (square / (square + noise))[..., None] * difference


def _mean_square(difference):
    """Return the square, averaged over the channels and around each pixel."""
    channels = difference.shape[2]
    mean = np.full((1, channels), 1 / channels, np.float32)
    return cv2.GaussianBlur(cv2.transform(difference * difference, mean), (0, 0), WINDOW)
