"""Three focus measures of the blocks of an image."""

import cv2
import numpy as np

BLOCK = 32
"""Side of a block in pixels."""
ALPHA = 0.65
"""Exponent of the visual threshold; the paper gives 0.6 to 0.7."""
CANNY = (50, 100)
"""Thresholds of Canny's edge detector on 8-bit gray levels; the paper does not give them."""
DARKEST = 1 / 255
"""Lower bound of the mean that visibility is divided by."""


def block_features(luma):
    """Measure visibility, spatial frequency and edges of each block of a luma, H x W in [0, 1].

    S. Li, J. T. Kwok, Y. Wang, "Multifocus image fusion using artificial neural networks", Pattern
    Recognition Letters 23(8), 2002. With the mean m of a block of N pixels F, the visibility is the
    sum of abs(F - m) / m ** (1 + alpha), divided by N; the spatial frequency is the root of the
    mean squared differences between neighbours along rows and along columns; the edge feature is
    the number of edge pixels that Canny's detector finds, divided by N. They are the channels of
    the result, ceil(H / 32) x ceil(W / 32) x 3. Sides that are no multiples of 32 are extended by
    mirroring.
    """
    plane = _whole_blocks(luma)
    edges = cv2.Canny(np.rint(np.clip(plane, 0, 1) * 255).astype(np.uint8), *CANNY) > 0
    blocks = _blocks(plane)
    mean = blocks.mean(axis=(2, 3), keepdims=True)
    visibility = _mean(np.abs(blocks - mean) / np.maximum(mean, DARKEST) ** (1 + ALPHA))
    frequency = np.sqrt(sum(_mean(np.diff(blocks, axis=axis) ** 2) for axis in (2, 3)))
    return np.stack([visibility, frequency, _mean(_blocks(edges))], 2)


def block_means(plane):
    """Mean of each block of a plane, mirrored as in `block_features`."""
    return _mean(_blocks(_whole_blocks(plane)))


def _whole_blocks(plane):
    return np.pad(plane, [(0, -side % BLOCK) for side in plane.shape], mode="symmetric")


def _blocks(plane):
    """Cut a plane into blocks: rows x columns x 32 x 32."""
    return plane.reshape(plane.shape[0] // BLOCK, BLOCK, -1, BLOCK).swapaxes(1, 2)


def _mean(blocks):
    return blocks.mean(axis=(2, 3))
