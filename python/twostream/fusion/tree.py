"""Fusion of more pictures than a net has streams, as a balanced tree of neighbours."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Optional

import numpy as np
from tqdm import tqdm

from .dark_lines import without_dark_lines
from .frames import Frames

BALANCED = 8
"""Number of neighbours that are fused as a balanced tree. Such groups are fused one after the
other, so that few pictures are in memory; a tree is 0.1 dB better than one by one."""


@dataclass(frozen=True)
class Fused:
    """Some neighbouring frames, fused.

    Attributes
    ----------
    picture : numpy.ndarray
        H x W x C.
    source : numpy.ndarray or None
        H x W, uint16 (of one frame a number): the frame, from 0, that each pixel comes from; None
        where the method does not choose.
    first : int
        Number of the first of the frames.
    level : int
        Height of the tree below it.
    """

    picture: np.ndarray
    source: Optional[np.ndarray]
    first: int
    level: int = 0


def fuse_tree(images, fusion, progress):
    """Fuse pictures; more pictures than a fusion takes at once as a balanced tree.

    Parameters
    ----------
    images : sequence of numpy.ndarray
        Two or more registered pictures, see `frames.Frames`.
    fusion : Network or Select
        Fuses `fusion.streams` pictures.
    progress : bool
        Whether to show a progress bar on a terminal.

    Returns
    -------
    numpy.ndarray
        The fused picture, of the sources' size and type.

    Raises
    ------
    BadInput
        If there are fewer than two pictures, or they differ in size or type.
    """
    picture = fuse_frames(Frames(images), fusion, progress).picture
    return picture if max(image.ndim for image in images) == 3 else picture[..., 0]


def fuse_frames(frames, fusion, progress=False, source=None):
    """Fuse frames that are read one at a time.

    Parameters
    ----------
    frames : Frames or Prepared
    fusion : Network or Select
    progress : bool
    source : numpy.ndarray, optional
        H x W: numbers of the frames that pixels are to come from, which are then not decided.

    Returns
    -------
    Fused
    """
    order = partial(_in_order, streams=fusion.streams)
    steps = _fusions(len(frames), order) * fusion.steps(frames.shape[:2])
    leaves = (Fused(f, np.uint16(number), number) for number, f in enumerate(frames))
    with tqdm(total=steps, unit="tile", disable=None if progress else True, leave=False) as bar:

        def fuse(group):
            return _fuse_group(group, fusion, frames.white, bar, source)

        return order(leaves, fuse)


def _in_order(leaves, fuse, streams):
    """Fuse neighbours as soon as there are as many of one level as a net has streams."""
    waiting = []
    for leaf in leaves:
        waiting.append(leaf)
        while len(group := _of_last_level(waiting)) == streams:
            waiting[-streams:] = [fuse(group)]
    while len(waiting) > 1:
        group = _of_last_level(waiting)
        # A last group of one goes up a level as it is.
        alone = replace(group[0], level=group[0].level + 1)
        waiting[-len(group) :] = [fuse(group) if len(group) > 1 else alone]
    return waiting[0]


def _of_last_level(waiting):
    return [one for one in waiting if one.level == waiting[-1].level]


def _fusions(count, order):
    """Count the fusions that an order makes, by going through it without pictures."""
    fused = []

    def fuse(group):
        fused.append(group)
        return _above(group, None, None)

    order((Fused(None, None, number) for number in range(count)), fuse)
    return len(fused)


def _above(group, picture, source):
    level = group[0].level + 1
    full = len(group) ** level > BALANCED
    return Fused(picture, source, group[0].first, level - 1 if full else level)


def _fuse_group(group, fusion, white, bar, source):
    # A last group of fewer pictures than streams is filled up with its last picture.
    pictures = without_dark_lines([one.picture for one in group])
    pictures += pictures[-1:] * (fusion.streams - len(group))
    given = None if source is None else source < group[1].first
    picture, first = fusion.fuse(pictures, white, bar, given)
    if first is not None:
        source = np.where(first, group[0].source, group[1].source)
    return _above(group, picture, source)
