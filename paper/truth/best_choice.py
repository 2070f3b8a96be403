"""The best possible choice of pixels: the upper bound of every method that copies pixels."""

import numpy as np


def best_choice(images, truth):
    """Copy each pixel from the source that is nearest to the truth there.

    It needs the truth, so it is no method; a method that only copies pixels can do no better.
    Beside a near object out of focus even this is not sharp.

    Parameters
    ----------
    images : sequence of numpy.ndarray
        Sources, H x W or H x W x C, of one size and type.
    truth : numpy.ndarray
        Like a source.

    Returns
    -------
    numpy.ndarray
        Like a source. Near means the squared error, over all channels together; of equally near
        sources the first is taken.
    """
    sources = np.stack([image.reshape(*image.shape[:2], -1) for image in images])
    known = truth.reshape(sources.shape[1:]).astype(np.float64)
    errors = np.stack([np.square(source - known).sum(axis=2) for source in sources])
    nearest = errors.argmin(axis=0)[None, ..., None]
    return np.take_along_axis(sources, nearest, axis=0)[0].reshape(truth.shape)
