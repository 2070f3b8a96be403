"""Variance of blocks in the domain of the discrete cosine transform."""

import cv2
import numpy as np

from .per_channel import luma_guided

BLOCK = 8


@luma_guided
def fuse(pictures, lumas, majority=7, passes=2):
    """Fuse pictures block by block: each comes from the picture in which it varies most.

    M. B. A. Haghighat, A. Aghagolzadeh, H. Seyedarabi, "Multi-focus image fusion for visual
    sensor networks in DCT domain", Computers and Electrical Engineering 37(5), 2011: DCT +
    Variance + CV. The variance of a block of 8 x 8 pixels is the energy of its AC coefficients;
    a majority filter over the map of choices makes them consistent. Its size and its second
    pass, not in the paper, are those of the authors' code.

    By its nature the border of focus has steps of 8 pixels, and a block that it crosses is sharp
    in part only.

    Parameters
    ----------
    majority : int
        Side in blocks of the window of the majority filter, odd; 1 leaves the choices alone.
    passes : int
        How often the votes of the window are averaged before they are counted.

    Notes
    -----
    Any number of pictures in any order, for pictures that tie share a block; the luma decides
    for all channels; sides that are no multiple of 8 are mirrored.
    """
    votes = _largest([ac_energy(luma) for luma in lumas])
    for _ in range(passes):
        votes = [_averaged(plane, majority) for plane in votes]
    weights = _largest(votes).repeat(BLOCK, axis=1).repeat(BLOCK, axis=2)
    height, width = lumas[0].shape
    weights = weights[:, :height, :width, None] / weights.sum(axis=0)[:height, :width, None]
    return sum(weight * picture for weight, picture in zip(weights, pictures))


def ac_energy(plane):
    """Mean square of the AC coefficients of each block of 8 x 8 pixels: its variance.

    Parameters
    ----------
    plane : numpy.ndarray
        H x W.

    Returns
    -------
    numpy.ndarray
        ceil(H / 8) x ceil(W / 8).
    """
    plane = np.pad(plane, [(0, -side % BLOCK) for side in plane.shape], mode="symmetric")
    blocks = plane.reshape(plane.shape[0] // BLOCK, BLOCK, -1, BLOCK).swapaxes(1, 2)
    transform = cv2.dct(np.eye(BLOCK), flags=cv2.DCT_ROWS).T
    coefficients = transform @ blocks @ transform.T
    coefficients[..., 0, 0] = 0
    return (coefficients**2).mean(axis=(2, 3))


def _largest(planes):
    planes = np.round(planes, 12)
    return (planes == planes.max(axis=0)).astype(np.float64)


def _averaged(plane, side):
    return cv2.blur(plane, (side, side), borderType=cv2.BORDER_REFLECT)
