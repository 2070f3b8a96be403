"""Truth sets with faults of real cameras: the scenes of ``stacks``, with one fault each.

Each is the stack of the same number in ``stacks``, so only the fault changes its score.
"""

from dataclasses import replace

import cv2
import numpy as np

GAIN = 0.12
"""Largest change of exposure between frames."""

NOISES = (0.01, 0.02, 0.04)
"""Standard deviations of the noise, relative to white, in turn."""


def flicker(example, number, supply, rng):
    """Change the exposure from frame to frame.

    Parameters
    ----------
    example : Example
        Of ``stacks``.
    number : int
        Number of the example; kinds of a fault are taken in turn.
    supply : Supply
    rng : numpy.random.Generator

    Returns
    -------
    Example

    In every second stack the change is uneven across the frame. Half of the frames are brighter
    than the truth and half are darker, except two that equal it: the median of all is its exposure.
    """
    example = _darker(example)
    count, uneven = len(example.sources), number % 2
    size = np.sort(rng.uniform(-1, 1, count))
    size[count // 2 - 1 : count // 2 + 1] = 0
    height, width = example.clean.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    slow = np.cos(rng.uniform(0, np.pi) + rng.uniform(1, 2) * x + rng.uniform(1, 2) * y)
    change = GAIN * (slow if uneven else np.ones_like(slow))[..., None]
    sources = [
        _pixels(frame * (1 + amount * change))
        for frame, amount in zip(example.sources, rng.permutation(size))
    ]
    return _changed(example, sources, f"{'uneven' if uneven else 'even'} flicker of 12 %")


def noise(example, number, supply, rng):
    """Add independent noise to each frame; arguments and result as of `flicker`."""
    sigma = NOISES[number % len(NOISES)]
    sources = [_pixels(f + rng.normal(0, 255 * sigma, f.shape)) for f in example.sources]
    return _changed(example, sources, f"noise of {100 * sigma:g} %")


def _fluorescence(image):
    """Turn a scene into dim light on a dark ground, H x W x 3 of equal channels."""
    gray = image.astype(np.float64).mean(axis=2, keepdims=True)
    return np.repeat(150 + 900 * (gray / 255) ** 2, 3, axis=2)


RANGES = {
    "8 bits": lambda image: image,
    "10 bits": lambda image: image * 4.0,
    "12 bits": lambda image: image * 16.0,
    "pedestal": lambda image: 20000 + image * 16.0,
    "fluorescence": _fluorescence,
}
"""Part of the range of 16 bits that is used -> function of an 8-bit picture to that part."""


def ranges(example, number, supply, rng):
    """Make the frames 16-bit, and use a part of the range; arguments and result as of `flicker`.

    That of fluorescence has hot pixels of full white, the same in all frames and in the truth.
    """
    name = list(RANGES)[number % len(RANGES)]
    height, width = example.clean.shape[:2]
    hot = tuple(rng.integers(side, size=8) for side in (height, width))

    def converted(image):
        made = np.rint(RANGES[name](image)).astype(np.uint16)
        if name == "fluorescence":
            made[hot] = 65535
        return made

    changed = _changed(example, map(converted, example.sources), f"{name} in 16")
    return replace(changed, clean=converted(example.clean))


def alpha(example, number, supply, rng):
    """Remove the pixels that a registered frame does not cover; see `flicker`.

    They are transparent, or black in every second stack. The middle frame is whole.
    """
    height, width = example.clean.shape[:2]
    sources = []
    for frame in example.sources:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-4, 4), 1)
        turn[:, 2] += rng.uniform(-12, 12, 2)
        seen = cv2.warpAffine(np.ones((height, width), np.uint8), turn, (width, height)) > 0
        sources.append(np.dstack([frame * seen[..., None], np.uint8(255) * seen]))
    middle = len(sources) // 2 - 1
    sources[middle] = np.dstack([example.sources[middle], np.full((height, width), 255, np.uint8)])
    if number % 2:
        sources = [frame[..., :3] for frame in sources]
    return _changed(example, sources, "black wedges" if number % 2 else "transparent wedges")


def outlier(example, number, supply, rng):
    """Insert a frame of another scene; arguments and result as of `flicker`."""
    shape, middle = example.clean.shape, example.sources[len(example.sources) // 2]
    other = cv2.resize(supply.all[number % len(supply.all)].image, shape[1::-1])
    kinds = {
        "black": np.zeros(shape, np.uint8),
        "dark": _pixels(0.15 * middle),
        "noise": rng.integers(256, size=shape).astype(np.uint8),
        "unrelated": other,
    }
    name = list(kinds)[number % len(kinds)]
    place = int(rng.integers(len(example.sources) + 1))
    sources = [*example.sources[:place], kinds[name], *example.sources[place:]]
    return _changed(example, sources, f"frame {place + 1} is {name}")


def _darker(example):
    """Darken a stack so that frames that are brighter than the truth do not clip."""
    frames = (_pixels(frame / (1 + GAIN)) for frame in example.sources)
    return replace(example, sources=tuple(frames), clean=_pixels(example.clean / (1 + GAIN)))


def _changed(example, sources, how):
    label = how.replace(" ", "_").replace("%", "percent")
    name = f"{example.name}_{label}"
    return replace(example, name=name, sources=tuple(sources), how=f"{example.how}, {how}")


def _pixels(values):
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


FAULTS = {
    "flicker": (flicker, 4),
    "noise": (noise, 6),
    "range": (ranges, 5),
    "alpha": (alpha, 4),
    "outlier": (outlier, 4),
}
"""Name of a set -> function that changes a stack, see `flicker`, and number of stacks."""
