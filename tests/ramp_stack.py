"""A made stack of known depth: a textured plane that goes away from the left to the right."""

import cv2
import numpy as np

STEP = 1.2
"""Standard deviation of the blur, in pixels, one frame away from the focus."""


def ramp_stack(frames, shape=(128, 512), step=STEP, seed=0):
    """Make the pictures, H x W x 1, uint8, and the depth of each pixel in frames, H x W."""
    rng = np.random.default_rng(seed)
    noise = [cv2.GaussianBlur(rng.normal(0, 1, shape), (0, 0), sigma) for sigma in (0.6, 2, 6)]
    scene = sum(plane / plane.std() for plane in noise)
    depth = np.broadcast_to(np.linspace(-0.5, frames - 0.5, shape[1]), shape)
    blurs = [scene] + [cv2.GaussianBlur(scene, (0, 0), n / 4) for n in range(1, 80)]
    pictures = [_focused(blurs, step * np.abs(depth - k)) for k in range(frames)]
    return [np.clip(p * 25 + 128, 0, 255).astype(np.uint8)[..., None] for p in pictures], depth


def _focused(blurs, sigma):
    place = np.minimum(sigma * 4, len(blurs) - 1.001)
    whole = place.astype(int)
    rows, columns = np.indices(sigma.shape)
    stack = np.array(blurs)
    low, high = stack[whole, rows, columns], stack[whole + 1, rows, columns]
    return low + (place - whole) * (high - low)
