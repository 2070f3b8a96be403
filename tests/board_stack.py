"""A made stack like a circuit board: parts before a far background of dark and light bars."""

import cv2
import numpy as np

SHAPE = (192, 256)


def board_stack(seed, frames, step, period, slit, dark, texture, parts, gain=1.0):
    """Make frames, H x W x 1, uint8; the background is in focus in the last one.

    Each bar is `period` pixels high, and `slit` of them are `dark`. The blur grows by `step` pixels
    from frame to frame; `gain` brightens the frames until they saturate.
    """
    rng = np.random.default_rng(seed)
    bars = np.indices(SHAPE)[0] % period
    wall = np.where(bars < slit, dark, 200) + texture * _noise(rng, 3)
    layers = sorted((_part(rng, frames) for _ in range(parts)), key=lambda part: -part[0])
    for focus in range(frames):
        picture = _blurred(wall, step * (frames - 1 - focus))
        for depth, matte, colours in layers:
            blur = step * abs(focus - depth)
            picture = (1 - _blurred(matte, blur)) * picture + _blurred(matte * colours, blur)
        yield np.clip(gain * picture, 0, 255).astype(np.uint8)[..., None]


def _part(rng, frames):
    matte = np.zeros(SHAPE, np.float32)
    x, y = rng.integers(20, SHAPE[1] - 60), rng.integers(20, SHAPE[0] - 50)
    matte[y : y + rng.integers(25, 45), x : x + rng.integers(30, 60)] = 1
    colours = 120 + _noise(rng, 60)
    return rng.uniform(0, frames - 2), matte, colours


def _noise(rng, deviation):
    return _blurred(rng.normal(0, deviation, SHAPE).astype(np.float32), 0.6)


def _blurred(plane, sigma):
    return cv2.GaussianBlur(plane.astype(np.float32), (0, 0), 0.4 + sigma)
