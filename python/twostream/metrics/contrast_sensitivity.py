"""Filtering of pictures by the contrast sensitivity of the eye."""

import numpy as np


def seen(values, sensitivity, degrees):
    """Weight the spatial frequencies of `values`, H x W and periodic, by the eye's sensitivity.

    `sensitivity` maps an array of frequencies, in cycles per degree, to weights; the height and
    the width of the picture each cover `degrees` of the visual angle.
    """
    height, width = values.shape
    rows = np.fft.fftfreq(height, 1 / height)[:, None]
    columns = np.fft.rfftfreq(width, 1 / width)
    weight = sensitivity(np.sqrt(rows**2 + columns**2) / degrees)
    return np.fft.irfft2(np.fft.rfft2(values) * weight, s=values.shape)
