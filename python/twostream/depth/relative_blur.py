"""Relative blur between two frames of a stack, for any scene.

The energy of the gradients falls when a frame is smoothed. The blurrier of two frames has at the
finest scale the energy that the sharper one has at a coarser scale. The difference of these scales
is the blur between the two; neither needs to be sharp. Energies are compared at the levels of a
Gaussian pyramid (Burt, Adelson 1983), with interpolation between them. The blur is assumed to be
Gaussian and measured as its variance in square pixels, because variances add up.
"""

import cv2
import numpy as np

from ..fusion.tiling import tiles
from ..io.pixels import luma

CELL = 4
"""Side in pixels of the squares in which energies are averaged."""
LEVELS = 5
"""Levels of the pyramid."""
WINDOW = 2.0
"""Standard deviation, in cells, of the window around a cell."""
SMOOTHING = 0.55
"""Standard deviation in pixels of the first smoothing, which suppresses noise."""
OWN = 0.5
"""Variance of the blur of the sharpest images, for the interpolation."""
VARIANCES = SMOOTHING**2 + (4.0 ** np.arange(LEVELS) - 1) / 3
"""Variance of each level's smoothing: one halving smooths by a variance of 1 in its pixels."""
_PLACES = np.log(VARIANCES + OWN)
_FINE = 2 ** (LEVELS - 1)
TILE, HALO = 1024, 4 * _FINE


def energies(image, scale):
    """Compute the energy of the luma's gradients of an image, H x W x C, at several scales.

    The result is `LEVELS` x ceil(H / `CELL`) x ceil(W / `CELL`): their logarithms, fine to coarse,
    without the energy of noise. White is 1.
    """
    height, width = image.shape[:2]
    found = np.empty((LEVELS, -(-height // CELL), -(-width // CELL)), np.float32)
    for tile in tiles((height, width), TILE, HALO):
        cells, crop = (tuple(_cells(side) for side in where) for where in (tile.inner, tile.crop))
        planes = _of_levels(luma(scale.to_unit(image[tile.outer])))
        found[(slice(None), *cells)] = planes[(slice(None), *crop)]
    found = np.array([cv2.GaussianBlur(plane, (0, 0), WINDOW) for plane in found])
    # White noise loses 15/16 of its energy per level; the smoothest cells show little else.
    noise = np.percentile(found[0], 2) / 16.0 ** np.arange(LEVELS)[:, None, None]
    return np.log(np.maximum(found - noise, noise / 4 + 1e-8)).astype(np.float32)


def _cells(pixels):
    return slice(pixels.start // CELL, -(-pixels.stop // CELL))


def _of_levels(plane):
    """Compute the mean energies of the cells of a plane, `LEVELS` x h x w."""
    height, width = plane.shape
    size = (-(-width // CELL), -(-height // CELL))
    below, right = -height % _FINE, -width % _FINE
    plane = cv2.copyMakeBorder(plane, 0, below, 0, right, cv2.BORDER_REPLICATE)
    plane, found = cv2.GaussianBlur(plane, (0, 0), SMOOTHING), []
    whole = (plane.shape[1] // CELL, plane.shape[0] // CELL)
    for level in range(LEVELS):
        plane = cv2.pyrDown(plane) if level else plane
        mean = cv2.INTER_AREA if 2**level < CELL else cv2.INTER_LINEAR
        cells = cv2.resize(_squared_gradient(plane), whole, interpolation=mean)
        found.append(cells[: size[1], : size[0]] / 4**level)
    return np.array(found)


def _squared_gradient(plane):
    """Compute the squared gradient; each difference counts half for each of its two pixels."""
    square = np.zeros_like(plane)
    for first, second in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        half = plane[second] - plane[first]
        half *= half
        half *= 0.5
        square[first] += half
        square[second] += half
    return square


def added_blur(one, other):
    """Compute the added blur of another frame from the `energies` of both.

    It is the variance of the blur of `other` less that of `one`, in square pixels; negative where
    `one` is blurrier. It is at most the variance of the coarsest level.
    """
    sharper = one[0] >= other[0]
    blurry = np.where(sharper, other[0], one[0])
    added = _smoothing_to(np.where(sharper, one, other), blurry)
    return np.where(sharper, added, -added).astype(np.float32)


def _smoothing_to(curve, energy):
    """Return the variance of the smoothing that reduces the finest level to this energy."""
    place = np.full(energy.shape, _PLACES[-1])
    for level in reversed(range(LEVELS - 1)):
        fine, coarse = curve[level], curve[level + 1]
        share = np.clip((fine - energy) / np.maximum(fine - coarse, 1e-3), 0, 1)
        between = _PLACES[level] + share * (_PLACES[level + 1] - _PLACES[level])
        place = np.where(energy >= coarse, between, place)
    return np.exp(place) - np.exp(_PLACES[0])
