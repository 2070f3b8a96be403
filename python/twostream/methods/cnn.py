"""A convolutional network that classifies patches by which source is in focus."""

from functools import lru_cache

import cv2
import numpy as np

from ..engines import load
from ..fusion.small_regions import drop_small
from ..nets.cnn import PATCH, STEP
from ..nets.pretrained import CNN_NET, CNN_WEIGHTS
from .guided import guided_filter
from .mirrored import mirrored_tiles
from .per_channel import luma_guided

CELLS = PATCH // STEP
"""Patches, along a side, that a cell of `STEP` pixels lies in."""
REACH = 4
"""Pixels beside a patch that its score depends on: one, one and, after pooling, two."""
MARGIN = PATCH - STEP + REACH
THRESHOLD = 0.5


@luma_guided
def fuse(pictures, lumas, engine="auto", tile=192, small=0.01, radius=8, eps=0.1):
    """Fuse pictures by a decision map that a network draws.

    Y. Liu, X. Chen, H. Peng, Z. Wang, "Multi-focus image fusion with a deep convolutional neural
    network", Information Fusion 36, 2017. Every patch of 16 x 16 pixels, at steps of 2, gets the
    probability that the first source is the sharp one; a pixel gets the mean of all patches that
    it lies in. Above 0.5 it comes from the first source. Then small regions are dropped, and a
    guided filter fits the map to the edges of the picture that it makes.

    The network (`nets.cnn`) was trained by this toolkit, see weights/README.md.

    By its nature it decides for whole patches: along borders of focus it leaves a line of a few
    pixels that the guided filter can only soften.

    Parameters
    ----------
    engine : str
        See `engines.load`.
    tile : int
        Side of the tiles in pixels, it bounds the memory: pycaffe's column buffer of the hidden
        layer takes 1.5 GB at 192.
    small : float
        Share of the picture under which a region of either source is dropped.
    radius : int
        Of the guided filter, in pixels.
    eps : float
        Variance in [0, 1] under which it smooths.

    Notes
    -----
    More than two pictures are fused one after another, as the paper says, so the order matters.
    The luma decides for all channels. Where the paper is silent: the sources are mirrored at
    their borders, so that every pixel lies in as many patches.
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
    """Probability, pixel by pixel, that `a` is the sharp one: the mean over all its patches.

    Parameters
    ----------
    net : Net
        Of prototxt/cnn/deploy.prototxt.
    a, b : numpy.ndarray
        H x W in [0, 1].
    tile : int
        Side of the tiles in pixels, rounded to whole steps of the net.

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
    """Keep the net for the next picture: its weights are 36 MB."""
    return load(CNN_NET, CNN_WEIGHTS, engine)


def _averaged(scores):
    """Mean of the scores of the patches that lie around each cell, for its pixels."""
    inner = scores[REACH // STEP : -(REACH // STEP), REACH // STEP : -(REACH // STEP)]
    means = cv2.blur(inner, (CELLS, CELLS), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
    means = means[: 1 - CELLS, : 1 - CELLS]
    return means.repeat(STEP, axis=0).repeat(STEP, axis=1)


def _mix(a, b, weight):
    return b + weight * (a - b)
