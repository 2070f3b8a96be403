"""The best possible choices of pixels: upper bounds of every method that copies pixels."""

import cv2
import numpy as np


def best_choice(images, truth):
    """Copy each pixel from the source that is nearest to the truth there.

    It needs the truth, so it is no method; a method that only copies pixels can do no better. Next
    to a near object out of focus, even this is not sharp.

    Parameters
    ----------
    images : sequence of numpy.ndarray
        Sources, H x W or H x W x C, of one size and type.
    truth : numpy.ndarray
        Like a source.

    Returns
    -------
    numpy.ndarray
        Like a source. The distance is the squared error over all channels; the first of equally
        near sources is taken.
    """
    errors = _errors(images, truth)
    return _copied(images, errors.argmin(axis=0))


def best_smooth_choice(images, truth, sigma=2):
    """Copy each pixel from the source that is nearest to the truth around it; see `best_choice`.

    The errors are averaged with a Gaussian of `sigma` pixels. So noise of single pixels does not
    decide, just as in a method that does not know the truth.
    """
    errors = [cv2.GaussianBlur(error, (0, 0), sigma) for error in _errors(images, truth)]
    return _copied(images, np.argmin(errors, axis=0))


def _errors(images, truth):
    known = truth.astype(np.float64)
    errors = np.stack([np.square(image - known) for image in images])
    return errors.reshape(*errors.shape[:3], -1).sum(axis=3)


def _copied(images, numbers):
    sources = np.stack([image.reshape(*numbers.shape, -1) for image in images])
    chosen = np.take_along_axis(sources, numbers[None, ..., None], axis=0)[0]
    return chosen.reshape(images[0].shape)
