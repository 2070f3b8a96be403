"""Dead leaves: drawn pictures, for training without any photograph.

What: 1000 pictures of textured shapes that cover each other. Sizes follow a power law, like those
of objects in photographs. The colours come from a random palette; shapes are polygons and smooth
outlines. References: A. B. Lee, D. Mumford, J. Huang, "Occlusion models for natural images",
International Journal of Computer Vision 41, 2001. R. Achddou, Y. Gousseau, S. Ladjal, "Fully
synthetic training for image restoration tasks", Computer Vision and Image Understanding 233, 2023.

Layout: none. A picture is drawn when it is read; it depends on the seed of the dataset and on its
number.

How to get it: ``twostream dataset --recipe leaves``.

Licence: none needed.
"""

import cv2
import numpy as np

from ..photograph import Photograph

COUNT = 1000
"""Number of pictures."""
SIDE = 384
"""Side of a picture in pixels."""
FINE = 2
"""Pixels are drawn with this multiple of the sides and then averaged, so that edges are smooth."""
LEAVES = 2500
LEAST, GREATEST = (2.5, 9), 160
"""Range of the smallest radius of a leaf in pixels, and the largest. The density of radii falls
with the radius cubed."""
TEXTURES, PERIOD = 6, 256
"""Number of textures in a picture, and the period in drawn pixels with which they repeat."""


def photographs(seed, count=COUNT):
    """List pictures of dead leaves that depend on a seed and their number."""
    return [Photograph(f"leaves_{n:04d}", f"leaves:{seed} {n}") for n in range(count)]


def draw(name):
    """Draw the picture of this seed and number, ``"2018 7"``: `SIDE` x `SIDE` x 3, uint8."""
    rng = np.random.default_rng([*map(int, name.split())])
    leaves = _outlined(rng)
    palette = rng.uniform(0, 1, (rng.integers(2, 6), 3))
    gray = palette.mean(1, keepdims=True)
    palette = gray + rng.uniform(0, 1, gray.shape) ** 2 * (palette - gray)
    colours = palette[rng.integers(0, len(palette), LEAVES + 1)]
    colours = colours + rng.normal(0, rng.uniform(0.03, 0.15), colours.shape)
    drawn = colours.astype(np.float32)[leaves]
    drawn += _textured(leaves, rng)[..., None]
    drawn = cv2.resize(drawn, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.rint(255 * np.clip(drawn, 0, 1)).astype(np.uint8)


def _outlined(rng):
    """Draw leaves over each other: at each pixel the number of the leaf that is seen."""
    seen = np.zeros((FINE * SIDE,) * 2, np.int32)
    share = rng.uniform(0, 1, LEAVES)
    radii = FINE / np.sqrt(share / rng.uniform(*LEAST) ** 2 + (1 - share) / GREATEST**2)
    centres = rng.uniform(0, len(seen), (LEAVES, 2))
    for n, (radius, centre) in enumerate(zip(radii, centres)):
        points = (16 * (centre + radius * _outline(rng))).astype(np.int32)
        cv2.fillPoly(seen, [points], n + 1, cv2.LINE_8, 4)
    return seen


def _outline(rng):
    """Draw an outline around the origin, N x 2: a polygon, or a smooth one of few waves."""
    smooth = rng.random() < 0.6
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    if not smooth:
        angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 9)))
    waves = rng.integers(2, 5), rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.4)
    distance = 1 + waves[2] * np.sin(waves[0] * angles + waves[1])
    flat, turn = rng.uniform(0.2, 1), rng.uniform(0, np.pi)
    x, y = distance * np.cos(angles), flat * distance * np.sin(angles)
    return np.column_stack(
        [x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)]
    )


def _textured(leaves, rng):
    """Return the texture of each leaf at its pixels, relative to its colour, H x W, float32."""
    number = LEAVES + 1
    places = rng.integers(0, PERIOD, (number, 2))
    kinds = rng.integers(0, TEXTURES, number)
    amounts = rng.exponential(0.06, number).astype(np.float32)
    textures = np.stack([_texture(rng) for _ in range(TEXTURES)])
    y, x = np.ogrid[: len(leaves), : len(leaves)]
    y, x = (y + places[leaves, 0]) % PERIOD, (x + places[leaves, 1]) % PERIOD
    return amounts[leaves] * textures[kinds[leaves], y, x]


def _texture(rng):
    """Draw a texture of standard deviation 1: noise whose spectrum falls, or a wave."""
    frequency = np.fft.fftfreq(PERIOD)
    radius = np.hypot(*np.meshgrid(frequency, frequency))
    radius[0, 0] = np.inf
    noise = np.fft.fft2(rng.normal(size=radius.shape)) * radius ** -rng.uniform(0.3, 1.6)
    texture = np.fft.ifft2(noise).real
    if rng.random() < 0.3:
        across, along = rng.integers(-40, 41, 2)
        y, x = np.ogrid[:PERIOD, :PERIOD]
        wave = np.sin(2 * np.pi * (across * x + along * y) / PERIOD + rng.uniform(0, 2 * np.pi))
        texture = wave + 0.2 * texture / texture.std()
    return (texture / max(texture.std(), 1e-6)).astype(np.float32)
