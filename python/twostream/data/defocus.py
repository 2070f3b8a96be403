"""Synthetic defocus: two pictures, sharp in different regions, made from one sharp picture."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from .object_regions import random_region

RECIPES = ("paper", "robust")


@dataclass(frozen=True)
class Blur:
    """A blur by a Gaussian or a disc kernel with a standard deviation of `sigma` pixels."""

    sigma: float
    kernel: str = "gaussian"

    def __call__(self, image):
        """Blur a float32 image (H x W or H x W x C); borders are mirrored."""
        if self.kernel == "disc":
            return cv2.filter2D(image, -1, _disc(2 * self.sigma), borderType=cv2.BORDER_REFLECT_101)
        return cv2.GaussianBlur(image, (0, 0), self.sigma)


def defocused_pair(clean, region, recipe, rng):
    """Make the pair of a training example: two pictures like `clean`, H x W x C of [0, 1].

    `region`, H x W, is True on the object. The recipe ``paper`` blurs the object in A and
    everything else in B, with Gaussians of sigma uniform in 2..10 (section 3.1). In the recipe
    ``robust``, sigma is log-uniform in 0.3..10, half of the kernels are discs, and regions have
    soft edges. 40 % of the pairs have a region that is sharp in both pictures, 10 % have light
    noise, and 10 % are compressed as JPEG.
    """
    if recipe == "paper":
        pair = focus_split(clean, region, [Blur(rng.uniform(2, 10)) for _ in "ab"])
    else:
        blurs, softness = [random_blur(rng) for _ in "ab"], rng.uniform(0, 3)
        blurred = ~random_region(region.shape, rng) if rng.random() < 0.4 else None
        pair = camera_faults(focus_split(clean, region, blurs, softness, blurred), rng)
    return [np.clip(image, 0, 1) for image in pair]


def focus_split(clean, region, blurs, softness=0.0, blurred=None):
    """Blur `region`, H x W booleans, in A and everything else in B; `clean` is H x W x C of [0, 1].

    `softness` is the standard deviation, in pixels, of the edge between sharp and blurred; the edge
    is hard below 0.3. Outside the region `blurred`, if it is given, both pictures stay sharp.
    """
    weights = [region, ~region] if blurred is None else [region & blurred, ~region & blurred]
    weights = [weight.astype(np.float32) for weight in weights]
    if softness >= 0.3:
        weights = [cv2.GaussianBlur(weight, (0, 0), softness) for weight in weights]
    return [
        clean + weight[..., None] * (blur(clean).reshape(clean.shape) - clean)
        for blur, weight in zip(blurs, weights)
    ]


def random_blur(rng, low=0.3, high=10):
    """Draw a Blur: disc or Gaussian with equal odds, sigma log-uniform from `low` to `high`."""
    sigma = math.exp(rng.uniform(math.log(low), math.log(high)))
    return Blur(sigma, "disc" if rng.random() < 0.5 else "gaussian")


def camera_faults(pair, rng):
    """Add light noise to one pair in ten, and JPEG compression to one in ten."""
    if rng.random() < 0.1:
        std = rng.uniform(0, 0.01)
        pair = [image + _noise(image.shape, std, rng) for image in pair]
    if rng.random() < 0.1:
        quality = int(rng.integers(85, 99))
        pair = [jpeg(image, quality) for image in pair]
    return pair


def _noise(shape, std, rng):
    return rng.normal(0, std, shape).astype(np.float32)


def jpeg(image, quality):
    """Compress an image, H x W x C in [0, 1], as JPEG and decode it."""
    levels = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
    # OpenCV's order is blue, green, red; for a single plane the order does not matter.
    _, code = cv2.imencode(".jpg", levels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(code, cv2.IMREAD_UNCHANGED).reshape(image.shape)
    return decoded[..., ::-1].astype(np.float32) / 255


def _disc(radius):
    """Return an antialiased disc kernel, whose standard deviation along an axis is radius / 2."""
    reach = math.ceil(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    return (disc / disc.sum()).astype(np.float32)
