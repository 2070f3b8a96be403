"""Point spread functions of a defocused lens: discs, polygons, Gaussians."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

FINE = 6
"""Samples per pixel along each axis; a pixel of the kernel is their mean."""


@dataclass(frozen=True)
class Psf:
    """A point spread function."""

    radius: float  # in pixels: of the disc of a polygon's area, or twice a Gaussian's sigma
    shape: str = "disc"  # ``disc``, ``polygon`` (the blades of a lens) or ``gaussian``
    rim: float = 0.0  # width in pixels over which a disc or polygon falls to 0, around the radius
    blades: int = 6  # corners of a polygon
    stretch: float = 1.0  # ratio of length to width, for the same area
    angle: float = 0.0  # direction of the stretch and of a corner, in radians
    offset: tuple = (0.0, 0.0)  # right and down, in pixels: how far the blurred picture is shifted

    def __call__(self, image):
        """Blur a float32 image (H x W or H x W x C); borders are mirrored."""
        # OpenCV correlates; with the kernel rotated by 180 degrees it convolves.
        return cv2.filter2D(image, -1, self.kernel()[::-1, ::-1], borderType=cv2.BORDER_REFLECT_101)

    def kernel(self):
        """Make the kernel, of odd sides, float32, with the sum 1."""
        reach = self._reach()
        side = (2 * reach + 1) * FINE
        steps = (np.arange(side) + 0.5) / FINE - 0.5 - reach
        density = self._density(
            *self._turned(steps[None] - self.offset[0], steps[:, None] - self.offset[1])
        )
        kernel = density.reshape(side // FINE, FINE, side // FINE, FINE).mean(axis=(1, 3))
        return (kernel / kernel.sum()).astype(np.float32)

    def _reach(self):
        longest = self.radius * math.sqrt(self.stretch)
        # Corners of a triangle stand out by 1.6; beyond 1.75 radii a Gaussian holds 0.2 %.
        longest *= {"disc": 1.0, "polygon": 1.3 if self.blades > 4 else 1.6, "gaussian": 1.75}[
            self.shape
        ]
        return max(1, math.ceil(longest + self.rim / 2 + max(map(abs, self.offset)) - 0.5))

    def _turned(self, x, y):
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        root = math.sqrt(self.stretch)
        return (x * cos + y * sin) / root, (y * cos - x * sin) * root

    def _density(self, x, y):
        if self.shape == "gaussian":
            return np.exp(-2 * (x * x + y * y) / self.radius**2)
        distance = np.hypot(x, y) if self.shape == "disc" else _to_sides(x, y, self.blades)
        return np.clip((self.radius - distance) / max(self.rim, 1e-6) + 0.5, 0, 1)


def _to_sides(x, y, blades):
    """Return the distance from middle to side if the unit polygon has the area of a disc."""
    # The sides are perpendicular to directions between the corners; the first corner is at 0.
    angles = (2 * np.arange(blades) + 1) * math.pi / blades
    distance = np.max([x * math.cos(angle) + y * math.sin(angle) for angle in angles], axis=0)
    return distance / math.sqrt(math.pi / (blades * math.tan(math.pi / blades)))


@dataclass(frozen=True)
class Lens:
    """Distribution of random point spread functions."""

    # least and greatest radius in pixels; log-uniform between. A disc of 0.5 lies within its pixel
    # and blurs nothing.
    radii: tuple = (0.5, 12.0)
    polygons: float = 0.25  # polygons, gaussians: their shares; all others are discs
    gaussians: float = 0.25
    rim: float = 0.6  # greatest width of a rim, of the radius
    stretch: float = 1.25  # greatest stretch; 1 for round ones only

    def radius(self, rng):
        """Draw a radius."""
        return math.exp(rng.uniform(*np.log(self.radii)))

    def draw(self, radius, rng, offset=(0.0, 0.0)):
        """Draw a point spread function of a radius."""
        kind = rng.random()
        shape = "polygon" if kind < self.polygons else "disc"
        return Psf(
            radius,
            "gaussian" if kind >= 1 - self.gaussians else shape,
            rng.uniform(0, self.rim) * radius,
            int(rng.integers(5, 10)),
            rng.uniform(1, self.stretch),
            rng.uniform(0, 2 * math.pi),
            tuple(offset),
        )
