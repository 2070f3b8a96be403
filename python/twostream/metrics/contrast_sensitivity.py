"""What the eye sees of a picture: its frequencies weighted by contrast sensitivity."""

import numpy as np


def seen(values, sensitivity, degrees):
    """Weight the frequencies of a picture.

    Parameters
    ----------
    values : numpy.ndarray
        H x W; taken as periodic.
    sensitivity : callable
        From frequency, in cycles per degree, to weight.
    degrees : float
        Height and width, each, of the picture in degrees of the field of view.

    Returns
    -------
    numpy.ndarray
        H x W.
    """
    height, width = values.shape
    rows = np.fft.fftfreq(height, 1 / height)[:, None]
    columns = np.fft.rfftfreq(width, 1 / width)
    weight = sensitivity(np.sqrt(rows**2 + columns**2) / degrees)
    return np.fft.irfft2(np.fft.rfft2(values) * weight, s=values.shape)
