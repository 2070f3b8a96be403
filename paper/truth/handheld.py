"""Truth sets ``handheld`` and ``motion``: five frames between which the camera or an object moves.

The scenes are those of `depth`. If the camera moves sideways, near things shift more than far ones
(parallax). The truth is the middle frame with everything in focus.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from twostream.io.pixels import from_unit
from twostream.io.srgb import to_light, to_pixels

from .depth import BAND, all_sharp, blurs_of, floor_depth, one_view, placed, seen_depth
from .example import Example
from .matte import border_band

FRAMES = 5
"""Number of frames."""

MARGIN = 28
"""Pixels that the scene extends beyond the picture on each side, for a camera that moves."""

PARALLAX = (0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 20)
"""Path of the nearest things against the farthest, in pixels from first to last frame, in turn."""

SPEEDS = (1, 2, 3, 5, 8, 12, 16, 24)
"""Path of the moving object in pixels from one frame to the next, in turn."""


@dataclass(frozen=True)
class Pose:
    """Position of a camera relative to the middle frame."""

    parallax: np.ndarray  # x, y: parallax in pixels between the nearest and the farthest things
    shift: np.ndarray  # x, y: shift of everything in pixels
    turn: float = 0.0  # degrees
    scale: float = 1.0  # focus breathing


def handheld(supply, number, rng):
    """Make an example with a moving camera; arguments and result as of `half`."""
    amount = PARALLAX[number % len(PARALLAX)]
    poses = _poses(amount, rng)

    def moved(floor, ground, things, frame):
        pose = poses[frame]
        things = [_thing_seen(thing, thing.depth, pose) for thing in things]
        return _light_seen(floor, ground, pose), seen(ground, ground, pose), things

    how = f"camera moves by {amount} pixels of parallax"
    return _example(supply, number, rng, f"p{amount}", how, moved)


def motion(supply, number, rng):
    """Make an example with a moving object; arguments and result as of `half`."""
    speed, angle = SPEEDS[number % len(SPEEDS)], rng.uniform(0, 2 * np.pi)
    step = speed * np.array([np.cos(angle), 0.4 * np.sin(angle)])
    turn = rng.uniform(-1, 1)

    def moved(floor, ground, things, frame):
        ahead = frame - FRAMES // 2
        pose = Pose(np.zeros(2), step * ahead, turn * ahead)
        *others, last = things
        return floor, ground, [*others, _thing_seen(last, 0, pose)]

    how = f"the nearest object moves by {speed} pixels a frame"
    return _example(supply, number, rng, f"v{speed}", how, moved)


def _poses(amount, rng):
    """Draw a path of the camera, bent a little, through the origin at the middle frame."""
    angle = rng.uniform(0, 2 * np.pi)
    along = np.array([np.cos(angle), np.sin(angle)])
    poses = []
    for frame in range(FRAMES):
        ahead = frame - FRAMES // 2
        if not ahead:
            poses.append(Pose(np.zeros(2), np.zeros(2)))
            continue
        path = along * ahead / (FRAMES - 1) + rng.normal(0, 0.05, 2)
        turn, breathing = rng.normal(0, 0.25), 1 + rng.uniform(0.0005, 0.002) * ahead
        poses.append(Pose(amount * path, rng.uniform(-4, 4, 2), turn, breathing))
    return poses


def seen(image, depth, pose):
    """Warp a layer to where a moved camera sees it.

    Parameters
    ----------
    image : numpy.ndarray
        H x W or H x W x C.
    depth : float or numpy.ndarray
        Depth of all its pixels, or of each (H x W).
    pose : Pose

    Returns
    -------
    numpy.ndarray
        Like `image`; mirrored at its edges if it has a depth for each pixel, else empty there.
    """
    height, width = image.shape[:2]
    centre = ((width - 1) / 2, (height - 1) / 2)
    camera = cv2.getRotationMatrix2D(centre, pose.turn, pose.scale)
    camera[:, 2] += pose.shift
    y, x = np.mgrid[:height, :width].astype(np.float64)
    back = cv2.invertAffineTransform(camera)
    x, y = (row[0] * x + row[1] * y + row[2] for row in back)
    ways = (x, y)
    for _ in range(8 if np.ndim(depth) else 1):  # a point's depth is known at its own place only
        there = depth if not np.ndim(depth) else _remapped(depth, ways, cv2.INTER_LINEAR, True)
        ways = tuple(p - move * (there - 0.5) for p, move in zip((x, y), pose.parallax))
    return _remapped(image, ways, cv2.INTER_LANCZOS4, bool(np.ndim(depth)))


def _light_seen(light, depth, pose):
    """Warp light as pixel values, because interpolation rings at highlights in linear light."""
    return to_light(np.clip(seen(to_pixels(light), depth, pose), 0, 1))


def _thing_seen(thing, depth, pose):
    matte = np.clip(seen(thing.matte, depth, pose), 0, 1)
    return replace(thing, light=_light_seen(thing.light, depth, pose), matte=matte)


def _remapped(image, ways, how, mirrored):
    border = cv2.BORDER_REFLECT_101 if mirrored else cv2.BORDER_CONSTANT
    maps = (way.astype(np.float32) for way in ways)
    return cv2.remap(image, *maps, how, borderMode=border)


def _example(supply, number, rng, label, how, moved):
    """Render the frames; `moved` returns floor, ground and things from a frame's position."""
    floor, chosen = supply.take(number, 3)
    light, ground = to_light(floor.image / 255), floor_depth(floor.image.shape[:2], rng)
    things = sorted((placed(m, ground, rng) for m in chosen), key=lambda t: t.depth)
    strength = float(np.round(rng.uniform(3, 9), 1))
    frames = []
    for frame in range(FRAMES):
        far, depths, near = moved(light, ground, things, frame)
        focus = (frame + 0.5) / FRAMES
        frames.append(one_view(blurs_of(far, strength), depths, near, focus, FRAMES, strength))
    views = (*frames, all_sharp(light, things))
    *sources, clean = (_cut(from_unit(to_pixels(np.clip(v, 0, 1)), 255, np.uint8)) for v in views)
    return Example(
        f"{number:02d}_{label}_{floor.name}",
        (floor.name, *(material.name for material in chosen)),
        f"{FRAMES} planes, strength {strength}, {how}",
        tuple(sources),
        clean,
        border_band(_cut(seen_depth(ground, things)), BAND),
    )


def _cut(image):
    return image[MARGIN:-MARGIN, MARGIN:-MARGIN]
