"""The guided filter (He, Sun, Tang, "Guided Image Filtering", TPAMI 35(6), 2013)."""

import cv2


def guided_filter(guide, image, radius, eps):
    """Smooth `image` along the edges of `guide`.

    Parameters
    ----------
    guide, image : numpy.ndarray
        H x W, float32 in [0, 1].
    radius : int
        The window is 2 * radius + 1 pixels wide; borders are mirrored. A pixel depends on
        those up to 2 * radius away.
    eps : float
        Variance of `guide` under which the window is averaged.

    Returns
    -------
    numpy.ndarray
        H x W, float32.
    """

    def mean(plane):
        return cv2.blur(plane, (2 * radius + 1,) * 2, borderType=cv2.BORDER_REFLECT)

    mean_guide, mean_image = mean(guide), mean(image)
    covariance = mean(guide * image) - mean_guide * mean_image
    variance = mean(guide * guide) - mean_guide * mean_guide
    slope = covariance / (variance + eps)
    offset = mean_image - slope * mean_guide
    return mean(slope) * guide + mean(offset)
