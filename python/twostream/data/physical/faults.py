"""Camera artefacts other than defocus, mild and rare: shift, uneven light, noise, JPEG."""

from dataclasses import dataclass

import numpy as np

from ..defocus import jpeg


@dataclass(frozen=True)
class Faults:
    """Probability and maximum size of each artefact.

    Parallax and uneven light change only pixels out of focus, so the sharp pixels still equal the
    clean image.
    """

    # parallax, shift: the blurred side is shifted, by at most `shift` pixels in each direction
    parallax: float = 0.08
    shift: float = 0.7
    uneven: float = 0.06  # uneven, gain: it is brighter or darker, all over and towards the corners
    gain: float = 0.03  # by at most this fraction
    noise: float = 0.06  # noise, read, shot: its variance is at most read**2 + shot * brightness
    read: float = 0.004
    shot: float = 1e-4
    jpeg: float = 0.06  # jpeg, quality: JPEG compression with at least this quality
    quality: int = 85

    def offset(self, rng):
        """Draw the shift of the blurred side, right and down."""
        return tuple(rng.uniform(-self.shift, self.shift, 2) * (rng.random() < self.parallax))

    def light(self, shape, rng):
        """Draw the gain of the blurred side: H x W x 1, float32, or 1."""
        if rng.random() >= self.uneven:
            return np.float32(1)
        y, x = np.ogrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
        overall, corners = rng.uniform(-0.5, 0.5, 2)
        centre = rng.uniform(-0.5, 0.5, 2)
        gain = 1 + self.gain * (
            overall + corners * ((y - centre[0]) ** 2 + (x - centre[1]) ** 2) / 4.5
        )
        return gain.astype(np.float32)[..., None]

    def camera(self, pair, rng):
        """Add camera noise and compression to both images, H x W x 3 in [0, 1]."""
        if rng.random() < self.noise:
            read, shot = rng.uniform(0, self.read), rng.uniform(0, self.shot)
            pair = [noisy(image, read, shot, rng) for image in pair]
        if rng.random() < self.jpeg:
            quality = int(rng.integers(self.quality, 99))
            pair = [jpeg(image, quality) for image in pair]
        return pair


def noisy(image, read, shot, rng):
    """Add sensor noise: the variance is read**2 + shot * brightness."""
    std = np.sqrt(np.float32(read**2) + np.float32(shot) * np.clip(image, 0, 1))
    return image + std * rng.standard_normal(image.shape, np.float32)
