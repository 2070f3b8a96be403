"""The guided filter."""

import cv2
import numpy as np


def guided_filter(guide, image, radius, eps):
    """Smooth `image` along the edges of `guide`, both H x W in [0, 1], float32 or float64.

    K. He, J. Sun, X. Tang, "Guided Image Filtering", TPAMI 35(6), 2013. As in the authors' code,
    windows at the edges are averaged over the pixels within the image. The window is 2 * radius + 1
    pixels wide; a pixel depends on pixels up to 2 * radius away. Windows in which `guide` has less
    variance than `eps` are smoothed; float32 is too coarse for an `eps` below about 1e-5.
    """
    count = _sum(np.ones_like(guide), radius)

    def mean(plane):
        return _sum(plane, radius) / count

    mean_guide, mean_image = mean(guide), mean(image)
    covariance = mean(guide * image) - mean_guide * mean_image
    variance = mean(guide * guide) - mean_guide * mean_guide
    slope = covariance / (variance + eps)
    offset = mean_image - slope * mean_guide
    return mean(slope) * guide + mean(offset)


def _sum(plane, radius):
    window = (2 * radius + 1,) * 2
    return cv2.boxFilter(plane, -1, window, normalize=False, borderType=cv2.BORDER_CONSTANT)
