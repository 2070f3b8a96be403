"""Mattes of objects cut out of photographs, and the band near the boundaries of focus."""

import cv2
import numpy as np

FINE = 4
"""Samples per pixel along each axis when a matte is drawn."""


def matte(region):
    """Convert a hard mask to an antialiased, slightly feathered matte.

    Its outline is smoothed and shrunk by nearly two pixels, because masks are not exact and
    the background of the object's own photograph must not be included.

    Parameters
    ----------
    region : numpy.ndarray
        H x W, bool.

    Returns
    -------
    numpy.ndarray
        H x W, float64 in [0, 1].
    """
    height, width = region.shape
    smooth = cv2.GaussianBlur(region.astype(np.float32), (0, 0), 2)
    sides = (width * FINE, height * FINE)
    fine = cv2.resize(smooth, sides, interpolation=cv2.INTER_CUBIC) > 0.8
    soft = cv2.GaussianBlur(fine.astype(np.float32), (0, 0), FINE / 2)
    return cv2.resize(soft, (width, height), interpolation=cv2.INTER_AREA).astype(np.float64)


def border_band(depth, reach, step=0.05):
    """Find the pixels near the boundaries between things at different depths.

    Parameters
    ----------
    depth : numpy.ndarray
        H x W: depth at each pixel, or another value that differs between the two sides of a
        boundary.
    reach : float
        Width of the band, in pixels from the boundary.
    step : float
        Neighbours that differ by more have a boundary between them.

    Returns
    -------
    numpy.ndarray
        H x W, bool.
    """
    depth, border = depth.astype(np.float64), np.zeros(depth.shape, bool)
    for axis in range(2):
        ahead, behind = np.moveaxis(depth, axis, 0)[1:], np.moveaxis(depth, axis, 0)[:-1]
        jumps = np.abs(ahead - behind) > step
        sides = np.moveaxis(border, axis, 0)
        sides[1:] |= jumps
        sides[:-1] |= jumps
    if not border.any():
        return border
    away = cv2.distanceTransform((~border).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return away <= reach
