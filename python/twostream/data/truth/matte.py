"""Mattes of objects cut out of photographs, and the band beside the borders of focus."""

import cv2
import numpy as np

FINE = 4
"""Pixels of a matte's drawing a pixel and axis."""


def matte(region):
    """Turn a hard mask into an antialiased, slightly feathered matte.

    Its outline is smoothed and drawn in by nearly two pixels, because masks are not exact and
    what is behind the object in its own photograph shall stay there.

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
    """Find the pixels beside the borders between things at different depths.

    Parameters
    ----------
    depth : numpy.ndarray
        H x W: depth of what is seen, or whatever else tells the sides of a border apart.
    reach : float
        Distance from the border, in pixels, that the band goes to.
    step : float
        Neighbours that differ by more have a border between them.

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
