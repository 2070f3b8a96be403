"""A stack of known truth: each frame focused, shifted, turned, scaled and exposed on its own."""

from dataclasses import dataclass

import cv2
import numpy as np
from skimage import data

SHAPE = (240, 320)
"""Height and width of the frames."""
MARGIN = 40
"""Pixels of the scene around what a frame shows."""
RADII = np.arange(0, 12.1, 0.5)
"""Radii in pixels of the blurs between which a frame is interpolated."""


@dataclass(frozen=True)
class MadeStack:
    """Frames, 240 x 320 x 3, uint8, and what is known of them."""

    frames: list
    transforms: list  # 3x3: map pixel coordinates of the truth to those of each frame
    gains: np.ndarray  # N x 3: what the pixels of each frame were multiplied by
    truth: np.ndarray  # 240 x 320 x 3, uint8: sharp all over


def made_stack(count=12, seed=0, size=1.0):
    """Make a stack whose middle frame, of number ``(count - 1) // 2``, lies as the truth does.

    `size` is a factor of the shifts, turns, scales and changes of exposure.
    """
    rng = np.random.default_rng(seed)
    scene = _scene()
    depth = _depth(scene.shape[:2])
    middle = (count - 1) // 2
    steps = np.arange(count) - middle
    moves = [_move(step, rng, size) if step else np.eye(3) for step in steps]
    gains = 1 + size * rng.uniform(-0.08, 0.08, (count, 1))
    gains = gains + size * rng.uniform(-0.02, 0.02, (count, 3))
    gains[middle] = 1
    blurs = [cv2.GaussianBlur(scene, (0, 0), radius / 2) for radius in RADII[1:]]
    blurs = np.stack([scene, *blurs])
    frames = []
    for number, (move, gain) in enumerate(zip(moves, gains)):
        focused = _interpolated(blurs, RADII[-1] * np.abs(depth - number / (count - 1)))
        noise = rng.normal(0, 0.7, (*SHAPE, 3))
        frames.append(_pixels(_seen(focused, move) * gain + noise))
    return MadeStack(frames, moves, gains, _pixels(_seen(scene, np.eye(3))))


def corner_error(found, true, shape=SHAPE):
    """Largest distance in pixels, at the corners, between what two transforms do."""
    height, width = shape
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1.0]]).T
    there, here = found @ corners, true @ corners
    return np.hypot(*(there[:2] / there[2] - here[:2] / here[2])).max()


def _scene():
    height, width = (side + 2 * MARGIN for side in SHAPE)
    photograph = data.coffee()[:, 60:560]
    scene = cv2.resize(photograph, (width, height), interpolation=cv2.INTER_AREA)
    return scene.astype(np.float32) * 0.85


def _depth(shape):
    """Depth from 0 to 1: a tilted plane with two steps in it."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    depth = 0.7 * y / shape[0] + 0.3 * x / shape[1]
    depth[100:180, 60:160] = 0.85
    depth[180:260, 240:340] = 0.15
    return np.clip(depth, 0, 1)


def _move(step, rng, size):
    """Jitter that grows slowly, and the breathing of a lens: 0.4 % a step."""
    angle = size * (np.radians(0.15) * step + rng.normal(0, np.radians(0.15)))
    scale = 1 + size * 0.004 * step
    shift = size * (rng.normal(0, 2, 2) + step * np.array([0.8, -0.5]))
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    middle = np.array([[1, 0, SHAPE[1] / 2], [0, 1, SHAPE[0] / 2], [0, 0, 1]])
    turn = np.array([[c, -s, shift[0]], [s, c, shift[1]], [0, 0, 1]])
    return middle @ turn @ np.linalg.inv(middle)


def _interpolated(blurs, radius):
    """Take each pixel from between the two blurs that its radius lies between."""
    below = np.minimum((radius / RADII[1]).astype(int), len(RADII) - 2)
    share = (radius / RADII[1] - below)[..., None]
    y, x = np.indices(radius.shape)
    return (1 - share) * blurs[below, y, x] + share * blurs[below + 1, y, x]


def _seen(scene, move):
    """See the scene as a frame shows it."""
    margin = np.array([[1, 0, MARGIN], [0, 1, MARGIN], [0, 0, 1.0]])
    flags = cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP
    return cv2.warpPerspective(scene, margin @ np.linalg.inv(move), SHAPE[::-1], flags=flags)


def _pixels(scene):
    return np.clip(np.rint(scene), 0, 255).astype(np.uint8)
