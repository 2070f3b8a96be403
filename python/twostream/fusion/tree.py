"""Fusion of more frames than a net has streams, as a balanced tree of neighbours."""

from collections import deque
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Optional

import cv2
import numpy as np

from ..alignment.registered import RegisteredFrames
from ..progress import Bar
from .averaging import Noise, average
from .canonical import Canonical
from .frames import Frames
from .prefetch import prefetch
from .select import CONTEXT, LUMA

BALANCED = 8
"""Number of neighbours in a balanced tree. The trees are fused one after the other, so that few
frames are in memory. A tree is 0.1 dB better than fusing frame by frame."""


@dataclass(frozen=True)
class Fused:
    """The fusion of neighbouring frames."""

    picture: np.ndarray  # H x W x C
    # Decision map, H x W, uint16 (for one frame a number): the frame, from 0, that each pixel comes
    # from; None if the method does not choose
    source: Optional[np.ndarray]
    first: int  # number of the first of the frames
    stop: int  # number of the one after the last
    level: int = 0  # height of the tree below it
    quantized: bool = False  # whether the nets computed in 8 bits


def fuse_tree(images, fusion, progress):
    """Fuse registered images; more images than a fusion takes at once as a balanced tree.

    `fusion` is a Network or Select. Raise BadInput if there are fewer than two images, or they
    differ in size or type.
    """
    picture = fuse_frames(RegisteredFrames(Frames(images)), fusion, progress).picture
    return picture if max(image.ndim for image in images) == 3 else picture[..., 0]


def fuse_frames(frames, fusion, progress=False, source=None, steps=None):
    """Fuse RegisteredFrames, which are read one at a time, by a Network or Select.

    A fusion that copies pixels reads the frames twice. First it makes the decision map from their
    lumas; then it copies pixels and corrects them near the boundaries of the map. If there is
    noise, it reads the frames once more, and averages those that agree. `source` is a decision map
    to use instead, H x W numbers of the frames. `progress` is as in `progress.Bar`. `steps`, a
    `steps.Steps`, keeps the intermediate maps of a Select.
    """
    way = partial(_select, steps=steps) if fusion.decides else _network
    order = partial(_in_order, streams=fusion.streams)
    count = len(fusions(len(frames), fusion.streams))
    with Bar("fuse", count * fusion.steps(frames.shape[:2], source is not None), progress) as bar:
        fused = way(frames, fusion, order, bar, source)
    return replace(fused, quantized=fusion.quantized)


def _network(frames, net, order, bar, source):
    frames.evict()
    fuse = partial(_fuse_group, fusion=net, scale=net.scale(frames), bar=bar, source=source)
    return order(_leaves(frames), fuse)


def _select(frames, select, order, bar, source, steps):
    scale, noise, form = select.scale(frames), Noise(), Canonical(frames)
    select.recorder = steps
    lumas = prefetch(noise.add(form.luma(frame, scale), LUMA) for frame in frames)
    if source is None:
        decided = order(_leaves(lumas), partial(_decide_group, select=select, bar=bar))
        source = form.orientation.undo(decided.source)
    else:
        deque(lumas, maxlen=0)
    source = frames.settled(source)
    turned = form.orientation.apply(source)
    fuse = partial(_fuse_group, fusion=select, scale=scale, bar=bar, source=turned)
    variance = noise.variance
    if not variance:
        frames.evict()
    picture = order(_leaves(map(form.apply, frames)), fuse).picture
    if variance:
        frames.evict()
        average(picture, map(form.apply, frames), scale, variance)
    if steps:
        steps.restore(form)
    return Fused(form.undo(picture), source, 0, len(frames))


def _leaves(pictures):
    """Make leaves one by one; with `map`, which holds none while the next frame is read."""
    return map(_leaf, pictures, count())


def _leaf(picture, number):
    return Fused(picture, np.uint16(number), number, number + 1)


def _in_order(leaves, fuse, streams):
    """Fuse neighbours as soon as one level has as many as the net has streams."""
    waiting = []
    for leaf in leaves:
        waiting.append(leaf)
        del leaf  # or its frame would be held while the next one is read
        while len(group := _of_last_level(waiting)) == streams:
            waiting[-streams:] = [fuse(group)]
    while len(waiting) > 1:
        group = _of_last_level(waiting)
        # A last group of one moves up a level unchanged.
        alone = replace(group[0], level=group[0].level + 1)
        waiting[-len(group) :] = [fuse(group) if len(group) > 1 else alone]
    return waiting[0]


def _of_last_level(waiting):
    return [one for one in waiting if one.level == waiting[-1].level]


def fusions(count, streams=2):
    """List the groups of neighbours in a fusion of `count` frames, `Fused` without pictures."""
    fused = []

    def fuse(group):
        fused.append(group)
        return _above(group)

    _in_order(_leaves([None] * count), fuse, streams)
    return fused


def _above(group, picture=None, source=None):
    level = group[0].level + 1
    full = len(group) ** level > BALANCED
    first, stop = min(one.first for one in group), max(one.stop for one in group)
    return Fused(picture, source, first, stop, level - 1 if full else level)


def _decide_group(group, select, bar):
    """Combine the lumas in focus and the numbers of their frames."""
    first, second = _sorted(group)
    lumas, sources = (first.picture, second.picture), (first.source, second.source)
    decision = select.decide(lumas, bar, first.first < second.first)
    return _above(group, np.where(decision[..., None], *lumas), np.where(decision, *sources))


def _fuse_group(group, fusion, scale, bar, source):
    # A last group of fewer images than streams is filled up with its last image.
    group = group if source is None else _sorted(group)
    pictures = [one.picture for one in group]
    pictures += pictures[-1:] * (fusion.streams - len(group))
    decided = () if source is None else _decided(source, group)
    return _above(group, fusion.fuse(pictures, scale, bar, *decided))


def _sorted(group):
    """Sort two by content, because nets are only nearly symmetric."""
    return sorted(group, key=lambda one: one.picture.sum(dtype=np.float64))


def _decided(source, group):
    """Return the decision map of two fused groups, and the region of interest.

    A pixel of neither group is replaced at a higher level. Until then it matters only as context of
    a net.
    """
    inside = [(one.first <= source) & (source < one.stop) for one in group]
    wide = np.ones((2 * CONTEXT + 1, 2 * CONTEXT + 1), np.uint8)
    region = cv2.dilate((inside[0] | inside[1]).astype(np.uint8), wide) > 0
    return _nearer(inside), region


def _nearer(inside):
    """Return whether each pixel is nearer to the first of two masks, H x W, bool.

    A pixel of neither mask follows its surroundings, so that a net sees whole images on both sides
    of a boundary.
    """
    if not (inside[0].any() and inside[1].any()):
        return np.broadcast_to(inside[0].any(), inside[0].shape)
    if (inside[0] | inside[1]).all():
        return inside[0]
    of_first, of_second = (
        cv2.distanceTransform((~side).astype(np.uint8), cv2.DIST_L2, 5) for side in inside
    )
    return of_first < of_second
