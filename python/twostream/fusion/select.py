"""Method ``select``, beyond the paper: copy each pixel from the source that the net finds sharp.

1. Focus score: which source the net's estimate is nearer to in luma, pixel by pixel.
2. Regions: total variation smooths the scores (Rudin, Osher, Fatemi, Physica D 60, 1992), so
   that regions are whole and their borders short. Pixels are copied by the sign.
3. Borders: beside a near object that is out of focus neither source is sharp. There the estimate of
   each channel is taken where it differs from the copied pixel by more than its own noise.
"""

import cv2
import numpy as np

from ..errors import BadInput
from ..io.pixels import from_unit, luma, to_unit
from .tiling import tiles

NOISE = 1e-4
"""Squared error of the estimate, roughly: sources that differ by less get a score near 0."""
BLUR = 0.5
"""Standard deviation in pixels of the window in which squared errors are compared."""
SMOOTHNESS = 1.0
"""Weight of the total variation: cost of one pixel of border, in the unit of the scores."""
STEPS = 40
"""Steps of Chambolle's iteration; each one widens the dependence by one pixel."""
REACH = 12
"""Pixels from a border within which the estimate may be taken."""
DIFFERENCE = 2 / 255
"""Difference at which half of the estimate is taken; smaller ones are its noise."""
WINDOW = 1.5
"""Standard deviation in pixels of the window in which the difference is measured."""
MARGIN = REACH + 2
"""Pixels around an estimate that a score or a correction depends on."""
TILE = 1024
HALO = STEPS + 8
"""Pixels around a pixel that its smoothed score depends on."""


class Select:
    """Fusion of two pictures.

    Parameters
    ----------
    net : TiledNet
        Of two streams and one channel.

    Raises
    ------
    BadInput
        If the net has other streams or channels.
    """

    streams = 2

    def __init__(self, net):
        if (net.streams, net.channels) != (2, 1):
            raise BadInput("The method select needs a net of two streams and one channel.")
        self._net = net

    def steps(self, shape):
        """Count the tiles of a picture of this height and width, of both passes."""
        return 2 * len(self._net.tiles(shape, MARGIN))

    def fuse(self, sources, white, bar, first=None):
        """Fuse two pictures; see `network.Network.fuse`.

        Parameters
        ----------
        sources, white, bar
            See there.
        first : numpy.ndarray, optional
            H x W, bool: where pixels are copied from the first picture; decided here if not given.

        Returns
        -------
        fused, first : numpy.ndarray
            The fused picture and the decision.
        """
        if first is None:
            first = _regions(self._scores(sources, white, bar)) > 0
        fused = np.where(first[..., None], *sources)
        for tile in self._net.tiles(first.shape, MARGIN):
            near = near_border(first[tile.outer])
            if near[tile.crop].any():
                self._correct(fused[tile.inner], tile, sources, first, near, white)
            bar.update()
        return fused, first

    def _scores(self, sources, white, bar):
        """H x W, float32: focus scores of the luma, see `focus_score`."""
        scores = np.empty(sources[0].shape[:2], np.float32)
        for tile in self._net.tiles(scores.shape, MARGIN):
            lumas = [luma(to_unit(source[tile.outer], white)) for source in sources]
            estimate = self._net.fuse([plane[..., None] for plane in lumas])[..., 0]
            scores[tile.inner] = focus_score(*lumas, estimate)[tile.crop]
            bar.update()
        return scores

    def _correct(self, fused, tile, sources, first, near, white):
        """Correct the pixels of a tile near a border, in place."""
        units = [to_unit(source[tile.outer], white) for source in sources]
        # Not out of `fused`, where the tiles before have been corrected.
        unit = np.where(first[tile.outer][..., None], *units)
        unit += correction(unit, self._net.fuse(units), near)
        mask = near[tile.crop] > 0
        fused[mask] = from_unit(unit[tile.crop][mask], white, fused.dtype)


def _regions(scores):
    """H x W: the smoothed scores, tile by tile."""
    regions = np.empty_like(scores)
    for tile in tiles(scores.shape, TILE, HALO):
        regions[tile.inner] = smoothed(scores[tile.outer])[tile.crop]
    return regions


def focus_score(a, b, estimate):
    """Compute at each pixel which source the estimate is nearer to.

    Parameters
    ----------
    a, b, estimate : numpy.ndarray
        H x W, float32 in [0, 1].

    Returns
    -------
    numpy.ndarray
        H x W, float32, from -1 (surely `b`) over 0 (they hardly differ) to 1 (surely `a`).
    """
    of_a, of_b = (cv2.GaussianBlur((x - estimate) ** 2, (0, 0), BLUR) for x in (a, b))
    return (of_b - of_a) / (of_a + of_b + NOISE)


def smoothed(scores):
    """Smooth scores, H x W, so that regions of one sign have short borders."""
    # Imported here because it is slow to import.
    from skimage.restoration import denoise_tv_chambolle

    # The names of these settings changed between releases of scikit-image, not their order.
    return denoise_tv_chambolle(scores, SMOOTHNESS, 0, STEPS)


def near_border(mask):
    """Compute how near each pixel is to a border of the mask.

    Parameters
    ----------
    mask : numpy.ndarray
        H x W, bool.

    Returns
    -------
    numpy.ndarray
        H x W, float32: 1 beside a border, falling to 0 at a distance of `REACH` pixels.
    """
    sides = (mask.astype(np.uint8), (~mask).astype(np.uint8))
    distance = sum(cv2.distanceTransform(side, cv2.DIST_L2, 5) for side in sides)
    return np.clip(1 - (distance - 1) / REACH, 0, 1)


def correction(copied, estimate, nearness):
    """Compute the correction of copied pixels near a border, where neither source is sharp.

    Parameters
    ----------
    copied, estimate : numpy.ndarray
        H x W x C, float32 in [0, 1].
    nearness : numpy.ndarray
        H x W, see `near_border`.

    Returns
    -------
    numpy.ndarray
        H x W x C, float32: the share c / (c + `DIFFERENCE`^2) of the difference between estimate
        and copied pixels, where c is its square, averaged over the channels and around the pixel.
    """
    difference = estimate - copied
    square = cv2.GaussianBlur((difference**2).mean(axis=2), (0, 0), WINDOW)
    return (nearness * square / (square + DIFFERENCE**2))[..., None] * difference
