"""Variance of blocks in the discrete cosine transform (DCT) domain."""

import cv2
import numpy as np

from .per_channel import luma_guided

BLOCK = 8


@luma_guided
def fuse(pictures, lumas, majority=7, passes=2):
    """Fuse pictures block by block: each block is taken from the picture with the largest variance.

    M. B. A. Haghighat, A. Aghagolzadeh, H. Seyedarabi, "Multi-focus image fusion for visual
    sensor networks in DCT domain", Computers and Electrical Engineering 37(5), 2011: DCT +
    Variance + CV. The variance of a block of 8 x 8 pixels is the energy of its AC coefficients.
    A majority filter then makes the decision map consistent. Its size and its second pass are
    those of the authors' code; the paper does not give them.

    Boundaries of focus become staircases with steps of 8 pixels, and a block that one
    crosses is only partly sharp.

    Parameters
    ----------
    majority : int
        Side of the majority filter's window in blocks, odd; 1 turns the filter off.
    passes : int
        Number of times the votes are averaged in that window before they are counted.

    Notes
    -----
    Takes any number of pictures, in any order: pictures with equal votes are averaged. The
    decision is made on the luma and used for all channels. Sides that are not multiples of 8 are
    extended by mirroring.
    """
    votes = _largest([ac_energy(luma) for luma in lumas])
    for _ in range(passes):
        votes = [cv2.blur(v, (majority, majority), borderType=cv2.BORDER_REFLECT) for v in votes]
    weights = _largest(votes).repeat(BLOCK, axis=1).repeat(BLOCK, axis=2)
    height, width = lumas[0].shape
    weights = weights[:, :height, :width, None] / weights.sum(axis=0)[:height, :width, None]
    return sum(weight * picture for weight, picture in zip(weights, pictures))


def ac_energy(plane):
    """Return the variance of each block of 8 x 8 pixels: the mean square of its AC coefficients.

    A plane of H x W gives ceil(H / 8) x ceil(W / 8).
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
