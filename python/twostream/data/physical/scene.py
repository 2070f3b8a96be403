"""Pairs with a lens's defocus: near objects with mattes in front of a far scene; slanted planes.

The near object has the matte a and the colours F, the far scene is G (Ma et al. 2019, "An
alpha-matte boundary defocus model-based cascaded network for multi-focus image fusion"):

- focused near: a F + (1 - a) blur(G)
- focused far: blur(a F) + (1 - blur(a)) G
- clean: a F + (1 - a) G

A near object out of focus covers the far scene with its blur, so near its outline neither picture
is sharp.
"""

import cv2
import numpy as np

LEVELS = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)
"""Radii of the blurred pictures between which `blurred_by_depth` interpolates."""


def composite(far, objects, blur_far, blurs_near, gain=1):
    """Make a pair of near objects before a far scene, in linear light or sRGB values.

    `far` is H x W x 3, float32; `objects` are the matte H x W and colours H x W x 3 of each, the
    nearest last. `blur_far` blurs the far scene in the picture focused near, and one of
    `blurs_near` each object in the other. `gain` is a factor on the light of all blurred things.
    Return the pictures focused near and far and the sharp one, like `far`. Also return the pixels
    where objects and the far scene mix in the picture focused far, H x W, bool.
    """
    near_sharp, far_sharp, clean = gain * blur_far(far), far, far
    border = np.zeros(far.shape[:2], bool)
    for (matte, colours), blur in zip(objects, blurs_near):
        layer = matte[..., None] * colours
        hazy = blur(matte)
        near_sharp, clean = (_over(layer, matte, below) for below in (near_sharp, clean))
        far_sharp = _over(gain * blur(layer), hazy, far_sharp)
        border |= (hazy > 0.02) & (hazy < 0.98)
    return near_sharp, far_sharp, clean, border


def slanted(clean, psf_of, depth, steepness, band, gain=1):
    """Make a pair of one plane, H x W x 3, whose depth grows across the picture.

    `psf_of` converts a radius in pixels to a blur. `depth`, H x W in pixels, is 0 halfway between
    both planes of focus; the blur's radius grows with it by `steepness`. Depths of at most half of
    `band` are sharp in both pictures. `gain` and result are like those of `composite`; the boundary
    is the band and 8 pixels on both sides.
    """
    pair = []
    for side in (depth, -depth):
        radii = np.clip(steepness * (side - band / 2), 0, LEVELS[-1])
        light = np.where(radii[..., None] > 0, gain, 1).astype(np.float32)
        pair.append(light * blurred_by_depth(clean, psf_of, radii))
    return (*pair, clean, np.abs(depth) < band / 2 + 8)


def blurred_by_depth(image, psf_of, radii):
    """Blur an image, H x W x 3, by a radius that differs from pixel to pixel.

    The result is interpolated between pictures blurred evenly by ``psf_of(radius)``. The `radii`, H
    x W, are from 0 to the last of `LEVELS`.
    """
    levels = (0.0, *LEVELS)
    first = max(0, np.searchsorted(levels, radii.min(), "right") - 1)
    last = np.searchsorted(levels, radii.max())
    result = np.zeros_like(image)
    for n in range(first, last + 1):
        around = levels[max(n - 1, 0)], levels[n], levels[min(n + 1, len(levels) - 1)]
        hat = {around[0]: 0.0, around[2]: 0.0, around[1]: 1.0}  # 1 in the middle
        weight = np.interp(radii, *zip(*sorted(hat.items()))).astype(np.float32)
        result += weight[..., None] * (psf_of(levels[n])(image) if n else image)
    return result


def plane_depth(shape, rng):
    """Draw the depth of a slanted plane: pixels from a random line near the middle, float32."""
    angle, height, width = rng.uniform(0, 2 * np.pi), *shape
    y, x = np.ogrid[:height, :width]
    middle = rng.uniform(0.3, 0.7, 2) * shape
    distance = (x - middle[1]) * np.cos(angle) + (y - middle[0]) * np.sin(angle)
    return distance.astype(np.float32)


def mirrored_to(image, size):
    """Mirror an image's borders outward where it is smaller than a square of `size`."""
    missing = [max(0, size - side) for side in image.shape[:2]]
    return cv2.copyMakeBorder(image, 0, missing[0], 0, missing[1], cv2.BORDER_REFLECT_101)


def _over(layer, matte, below):
    return layer + (1 - matte[..., None]) * below
