"""Rules that choose among the detail coefficients of several pictures."""

import cv2
import numpy as np


def choose_max(details, window=1):
    """Choose the coefficient of largest magnitude at each position of the sources' H x W `details`.

    With a window, whose side is odd, it is the area rule of Li, Manjunath and Mitra (1995). The
    activity at a position is the largest magnitude in the window around it. Then each position
    takes the source that the majority of its window chose (their consistency verification). Sources
    that tie are averaged, so their order does not matter.
    """
    details, square = np.stack(details), np.ones((window, window))
    activity = np.abs(details)
    if window > 1:
        activity = np.stack([cv2.dilate(plane, square) for plane in activity])
    choice = shares_of_best(activity)
    if window > 1:
        votes = [cv2.filter2D(plane, -1, square, borderType=cv2.BORDER_REFLECT) for plane in choice]
        choice = shares_of_best(np.round(votes, 6))
    return (choice * details).sum(axis=0)


def shares_of_best(scores):
    """Return weights of N x H x W scores: 1 for the best of N, shared equally among ties."""
    best = (scores == scores.max(axis=0)).astype(np.float64)
    return best / best.sum(axis=0)
