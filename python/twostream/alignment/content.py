"""Pixels of a frame without content: transparent ones, and black wedges of an earlier alignment."""

import cv2
import numpy as np

CORNERS = 12
"""Maximum number of corners of a frame without its wedges; a rectangle cut by another has 8."""
STRAIGHT = 1.0
"""Deviation in pixels of the edge of a wedge from a straight line."""
OUTSIDE = 0.75
"""Minimum share of a black region outside the convex hull of the content."""
CUT, FURTHER = 0.5, 8
"""Minimum brightness next to a wedge, relative to that a few pixels further: scenes darken slowly.
"""
BLENDED, DARKER = 2, 0.85
"""Width in pixels of the edge of content that interpolation may have mixed with black, and the
brightness, relative to the next pixels, below which it has."""
LEAST = 16
"""Length in pixels of the smallest wedge."""
MOST = 8
"""Number of black regions that are examined, from the largest."""


def content_of(image, alpha=None):
    """Find which pixels of a frame, H x W x C, have content: H x W, bool; None if all have.

    Pixels whose `alpha`, H x W, is 0 have no content, nor have wedges. A wedge is a region of
    pixels of exactly 0 that touches the edge of the frame and has straight boundaries.
    """
    content = None if alpha is None or alpha.all() else alpha > 0
    wedges = _wedges(image)
    if wedges is None:
        return content
    return ~wedges if content is None else content & ~wedges


def extended(image, content):
    """Replace pixels without content by the nearest pixel with content in an image, H x W x C."""
    if content is None or not content.any():
        return image
    _, labels = cv2.distanceTransformWithLabels(
        (~content).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    places = np.zeros(labels.max() + 1, np.intp)
    places[labels[content]] = np.flatnonzero(content)
    return image.reshape(-1, image.shape[2])[places[labels]]


def is_blended(image, content):
    """Tell whether interpolation made pixels next to the edges of content darker than others."""
    if content is None:
        return False
    adjacent, further = (_brightness(image, ~content, pixels) for pixels in (1, 2 * BLENDED))
    return adjacent < DARKER * further


def unblended(content):
    """Return a mask of content, H x W, bool or None, without the pixels next to its edges."""
    return None if content is None else ~_grown(~content, BLENDED)


def _wedges(image):
    edges = image[0], image[-1], image[:, 0], image[:, -1]
    if all(edge.any(axis=1).all() for edge in edges):
        return None
    black = (~image.any(axis=2)).astype(np.uint8)
    _, labels, sizes, _ = cv2.connectedComponentsWithStats(black, connectivity=4)
    touching = {*labels[0], *labels[-1], *labels[:, 0], *labels[:, -1]} - {0}
    touching = [n for n in touching if max(sizes[n, 2:4]) >= LEAST]  # width and height
    largest = sorted(touching, key=lambda n: -sizes[n, cv2.CC_STAT_AREA])[:MOST]
    wedges = [region for n in largest if _is_cut(image, region := labels == n)]
    return np.any(wedges, axis=0) if wedges else None


def _is_cut(image, region):
    """Return whether a black region, H x W, bool, is a wedge: straight, and next to a picture."""
    corners = _hull(~region)
    if corners is None or len(corners) > CORNERS:
        return False
    hull = cv2.fillConvexPoly(np.zeros(region.shape, np.uint8), corners, 1)
    inside = cv2.erode(hull, np.ones((3, 3))) > 0
    adjacent, further = (_brightness(image, region, n) for n in (BLENDED, BLENDED + FURTHER))
    return (region & ~inside).sum() > OUTSIDE * region.sum() and adjacent > CUT * further


def _brightness(image, region, pixels):
    """Return the median brightness at this distance from a region; NaN if nothing is there."""
    there = _grown(region, pixels) & ~_grown(region, pixels - 1)
    return np.median(image[there].max(axis=1)) if there.any() else np.nan


def _hull(mask):
    """Return the corners of the convex hull of a mask, K x 1 x 2; None if it is empty."""
    found, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return (
        cv2.approxPolyDP(cv2.convexHull(np.concatenate(found)), STRAIGHT, True) if found else None
    )


def _grown(region, pixels):
    return cv2.dilate(region.astype(np.uint8), np.ones((2 * pixels + 1,) * 2)) > 0
