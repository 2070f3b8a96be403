"""A convolutional network that classifies patches by which source is in focus."""

from functools import lru_cache

import cv2
import numpy as np

from ..engines import load
from ..fusion.guided import guided_filter
from ..fusion.tiling import tiles
from ..nets.cnn import PATCH, STEP
from ..nets.pretrained import shipped_files
from ..progress import Bar
from .per_channel import luma_guided
from .small_regions import drop_small

CELLS = PATCH // STEP
"""Number of patches, along each axis, that contain a given cell of `STEP` pixels."""
REACH = 2
"""Cells around a patch that its score depends on: 1 + 1 pixels before the pooling, 2 after it."""
THRESHOLD = 0.5
SMALL = 0.01
"""Share of the image below which regions are removed from the decision map."""


@luma_guided
def fuse(pictures, lumas, engine="auto", tile=192, radius=8, eps=0.1, progress=False):
    """Fuse images with a decision map that a convolutional network predicts.

    Y. Liu, X. Chen, H. Peng, Z. Wang, "Multi-focus image fusion with a deep convolutional neural
    network", Information Fusion 36, 2017. For every patch of 16 x 16 pixels, at steps of 2, the
    network (`nets.cnn`) predicts the probability that the first source is in focus. The decision
    map takes the first source where the mean over all patches that contain a pixel is above 0.5.
    Then small regions are removed, and a guided filter aligns the map with the edges of the fused
    image. The network was trained with this toolkit, see weights/README.md.

    The network classifies whole patches, so at boundaries an error of a few pixels remains, which
    the guided filter can only soften.

    Parameters
    ----------
    engine : str
        See `engines.load`.
    tile : int
        Side of the tiles in pixels. It limits the memory used: at 192, pycaffe's column buffer
        for the hidden layer takes 1.5 GB.
    radius : int
        Radius of the guided filter in pixels.
    eps : float
        Variance, for pixels in [0, 1], below which the guided filter smooths.
    progress : bool or callable
        Whether to show a progress bar on a terminal, or a function, see `progress.Bar`.

    Notes
    -----
    More than two images are fused one after another, as in the paper, so their order matters.
    The map is computed from the luma and used for all channels. As in the authors' code
    (`CNN_Fusion.m`), the convolutions are padded with zeros, and all patches are within the image.
    So a pixel near its edge is in fewer patches.
    """
    net = _net(engine)
    fused, plane = pictures[0], lumas[0]
    for picture, other in zip(pictures[1:], lumas[1:]):
        focus = focus_probability(net, plane, other, tile, progress)
        regions = drop_small(focus > THRESHOLD, SMALL).astype(np.float64)
        weight = guided_filter(_mix(plane, other, regions), regions, radius, eps)
        fused = _mix(fused, picture, weight[..., None])
        plane = _mix(plane, other, weight)
    return fused


def focus_probability(net, a, b, tile=192, progress=False):
    """Return the probability that `a` is in focus at each pixel: the mean over its patches.

    `a` and `b` are H x W in [0, 1]. The net, that of prototxt/cnn/deploy.prototxt, runs in tiles of
    this side, each with the pixels around it that it depends on.
    """
    fill = [(0, max(0, PATCH - side)) for side in a.shape]
    scores = _scores(
        net, [np.pad(plane, fill, mode="symmetric") for plane in (a, b)], tile, progress
    )
    means = _averaged(scores).repeat(STEP, axis=0).repeat(STEP, axis=1)
    return means[: a.shape[0], : a.shape[1]]


@lru_cache(maxsize=1)
def _net(engine):
    """Load the net and keep it for the next picture, since its weights are 36 MB."""
    return load(*shipped_files("cnn"), engine)


def _scores(net, planes, side, progress):
    """Score of A for each patch, at every `STEP` pixels."""
    scores = np.empty([-(-length // STEP) - CELLS + 1 for length in planes[0].shape])
    places = list(tiles(scores.shape, max(1, side // STEP), REACH))
    for tile in Bar("fuse", len(places), progress).over(places):
        rows, columns = (slice(STEP * s.start, STEP * (s.stop - 1) + PATCH) for s in tile.outer)
        pieces = [plane[None, None, rows, columns].astype(np.float32) for plane in planes]
        focus = net.forward(**dict(zip(net.inputs, pieces)))["focus"]
        scores[tile.inner] = focus[0, 1][tile.crop]
    return scores


def _averaged(scores):
    """Average the scores of the patches that contain each cell."""
    anchor, border = (CELLS - 1, CELLS - 1), cv2.BORDER_CONSTANT
    sums, counts = (
        cv2.boxFilter(
            np.pad(plane, (0, CELLS - 1)), -1, (CELLS, CELLS), None, anchor, False, border
        )
        for plane in (scores, np.ones_like(scores))
    )
    return sums / counts


def _mix(a, b, weight):
    return b + weight * (a - b)
