"""A convolutional network that classifies patches by which source is in focus."""

from functools import lru_cache

import cv2
import numpy as np

from ..engines import load
from ..nets.cnn import PATCH, STEP
from ..nets.pretrained import CNN_NET, CNN_WEIGHTS
from .guided import guided_filter
from .mirrored import mirrored_tiles
from .per_channel import luma_guided
from .small_regions import drop_small

CELLS = PATCH // STEP
"""Number of patches, along each axis, that contain a given cell of `STEP` pixels."""
REACH = 4
"""Pixels around a patch that its score depends on: 1 + 1 before the pooling, 2 after it."""
MARGIN = PATCH - STEP + REACH
THRESHOLD = 0.5


@luma_guided
def fuse(pictures, lumas, engine="auto", tile=192, small=0.01, radius=8, eps=0.1):
    """Fuse pictures by a decision map that a convolutional network predicts.

    Y. Liu, X. Chen, H. Peng, Z. Wang, "Multi-focus image fusion with a deep convolutional neural
    network", Information Fusion 36, 2017. For every patch of 16 x 16 pixels, at steps of 2, the
    network (`nets.cnn`) gives the probability that the first source is the sharp one. A pixel gets
    the mean over all patches that contain it, and is taken from the first source where that mean
    is above 0.5. Then small regions are removed, and a guided filter aligns the map with the edges
    of the fused picture. The network was trained with this toolkit, see weights/README.md.

    The network classifies whole patches, so along borders of focus an error of a few pixels
    remains, which the guided filter can only soften.

    Parameters
    ----------
    engine : str
        See `engines.load`.
    tile : int
        Side of the tiles in pixels. It limits the memory used: at 192, pycaffe's column buffer
        for the hidden layer takes 1.5 GB.
    small : float
        Regions smaller than this share of the picture are removed from the map.
    radius : int
        Radius of the guided filter in pixels.
    eps : float
        Variance, for pixels in [0, 1], below which the guided filter smooths.

    Notes
    -----
    More than two pictures are fused one after another, as in the paper, so their order matters.
    The map is computed from the luma and used for all channels. The paper does not specify the
    borders; here the sources are mirrored, so that every pixel lies in the same number of patches.
    """
    net = _net(engine)
    fused, plane = pictures[0], lumas[0]
    for picture, other in zip(pictures[1:], lumas[1:]):
        regions = drop_small(focus_map(net, plane, other, tile) > THRESHOLD, small).astype(
            np.float64
        )
        weight = guided_filter(_mix(plane, other, regions), regions, radius, eps)
        fused = _mix(fused, picture, weight[..., None])
        plane = _mix(plane, other, weight)
    return fused


def focus_map(net, a, b, tile=192):
    """Probability that `a` is in focus at each pixel: the mean over all patches that contain it.

    Parameters
    ----------
    net : Net
        Network of prototxt/cnn/deploy.prototxt.
    a, b : numpy.ndarray
        H x W in [0, 1].
    tile : int
        Side of the tiles in pixels, rounded down to a multiple of the net's step.

    Returns
    -------
    numpy.ndarray
        H x W in [0, 1].
    """
    height, width = a.shape
    focus = np.empty([side + side % STEP for side in (height, width)], np.float32)
    for inner, outputs in mirrored_tiles(net, [a, b], MARGIN, tile // STEP * STEP, STEP):
        focus[inner] = _averaged(outputs["focus"][0, 1])
    return focus[:height, :width].astype(np.float64)


@lru_cache(maxsize=1)
def _net(engine):
    """Load the net and keep it for the next picture, since its weights are 36 MB."""
    return load(CNN_NET, CNN_WEIGHTS, engine)


def _averaged(scores):
    """Mean score of the patches that contain each cell, repeated for the pixels of the cell."""
    inner = scores[REACH // STEP : -(REACH // STEP), REACH // STEP : -(REACH // STEP)]
    means = cv2.blur(inner, (CELLS, CELLS), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
    means = means[: 1 - CELLS, : 1 - CELLS]
    return means.repeat(STEP, axis=0).repeat(STEP, axis=1)


def _mix(a, b, weight):
    return b + weight * (a - b)
