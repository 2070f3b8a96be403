"""A first estimate of a transform, from features that match in both images."""

import cv2
import numpy as np

COUNT = 2000
"""Number of features to detect in each image."""
NEAR = 3.0
"""Largest distance in pixels between an inlier and its transformed partner."""
ENOUGH = 12
"""Minimum number of inliers."""


def by_features(template, image):
    """Estimate a similarity from ORB features (Rublee et al. 2011) by RANSAC.

    The matrix, 3x3, maps pixel coordinates of the template to those of the image, both a
    BandPyramid. Return None if there are too few inliers.
    """
    here, there = (_features(one.plane) for one in (template, image))
    if here is None or there is None:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(here[1], there[1])
    if len(pairs) < ENOUGH:
        return None
    a = np.float32([here[0][pair.queryIdx].pt for pair in pairs])
    b = np.float32([there[0][pair.trainIdx].pt for pair in pairs])
    found, agree = cv2.estimateAffinePartial2D(a, b, ransacReprojThreshold=NEAR)
    if found is None or agree.sum() < ENOUGH:
        return None
    place = np.linalg.inv(template.normal) @ template.levels[-1].place
    return place @ np.vstack([found, [0, 0, 1]]) @ np.linalg.inv(place)


def _features(plane):
    gray = cv2.normalize(plane, None, 0, 255, cv2.NORM_MINMAX, cv2.CV_8U)
    points, descriptions = cv2.ORB_create(COUNT).detectAndCompute(gray, None)
    return (points, descriptions) if len(points) >= ENOUGH else None
