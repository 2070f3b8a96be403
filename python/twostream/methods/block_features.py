"""Focus measures of the blocks of an image, from pixels or contourlets."""

import cv2
import numpy as np

from .contourlet import wedges
from .nonsubsampled import DARKEST, pyramid_filters

BLOCK = 32
"""Side of a block in pixels."""
ALPHA = 0.65
"""Exponent of the visual threshold; the paper gives 0.6 to 0.7."""
CANNY = (50, 100)
"""Thresholds of Canny's edge detector on 8-bit gray levels; the paper does not give them."""
DIRECTIONS = (8, 4)
"""Directions of the contourlets of each level, from fine to coarse."""
MIRRORED = 16
"""Pixels around a picture that are mirrored before the contourlet transform."""
EDGE = 4 / 255
"""Magnitude of a contourlet, of white 1, from which a pixel belongs to an edge."""


def block_features(luma):
    """Measure visibility, spatial frequency and edges of each block of a luma, H x W in [0, 1].

    S. Li, J. T. Kwok, Y. Wang, "Multifocus image fusion using artificial neural networks", Pattern
    Recognition Letters 23(8), 2002. With the mean m of a block of N pixels F, the visibility is the
    sum of abs(F - m) / m ** (1 + alpha), divided by N. The spatial frequency is the root of the
    mean squared differences between neighbours along rows and along columns. The edge feature is
    the share of pixels where Canny's detector finds an edge. They are the channels of the result,
    ceil(H / 32) x ceil(W / 32) x 3. Sides that are no multiples of 32 are extended by mirroring.
    """
    plane = _whole_blocks(luma)
    edges = cv2.Canny(np.rint(np.clip(plane, 0, 1) * 255).astype(np.uint8), *CANNY) > 0
    blocks = _blocks(plane)
    mean = blocks.mean(axis=(2, 3), keepdims=True)
    visibility = _mean(np.abs(blocks - mean) / np.maximum(mean, DARKEST) ** (1 + ALPHA))
    frequency = np.sqrt(sum(_mean(np.diff(blocks, axis=axis) ** 2) for axis in (2, 3)))
    return np.stack([visibility, frequency, _mean(_blocks(edges))], 2)


def contourlet_features(luma):
    """Measure five features of the contourlets of each block of a luma, H x W in [0, 1].

    C. M. Sheela Rani, P. S. V. Srinivasa Rao, V. VijayaKumar, "Improved block based feature level
    image fusion technique using contourlet with neural network", Signal & Image Processing 3(4),
    2012. Its abstract names the features: contrast visibility, spatial frequency, energy of
    gradient, variance and edge information. Here they are measured on each directional band of the
    nonsubsampled contourlet transform of `nsct`, in its two finest levels, and averaged over the
    bands. A block has coefficients c, and its pixels the mean m. Visibility is the mean of
    abs(c) / m ** (1 + alpha), and edge information the share of coefficients above `EDGE`. Energy
    of gradient is the mean of the squared differences between neighbours, spatial frequency its
    root in each band. The result is ceil(H / 32) x ceil(W / 32) x 5; for sides see
    `block_features`.
    """
    plane = _whole_blocks(luma)
    mean = np.maximum(_mean(_blocks(plane)), DARKEST) ** (1 + ALPHA)
    return np.mean([_of_band(_blocks(band), mean) for band in _bands(plane)], axis=0)


def _of_band(blocks, mean):
    energy = sum(_mean(np.diff(blocks, axis=axis) ** 2) for axis in (2, 3))
    size = np.abs(blocks)
    parts = _mean(size) / mean, np.sqrt(energy), energy, blocks.var(axis=(2, 3)), _mean(size > EDGE)
    return np.stack(parts, 2)


def _bands(plane):
    """Yield the directional bands of the plane's contourlets, H x W, from fine to coarse."""
    inner = np.s_[MIRRORED:-MIRRORED, MIRRORED:-MIRRORED]
    mirrored = np.pad(plane, MIRRORED, mode="symmetric")
    spectrum = np.fft.rfft2(mirrored)
    for level, directions in enumerate(DIRECTIONS):
        low, high, *_ = pyramid_filters(mirrored.shape, level)
        for analysis, _ in wedges(mirrored.shape, level, directions):
            yield np.fft.irfft2(spectrum * high * analysis, mirrored.shape)[inner]
        spectrum = spectrum * low


def block_means(plane):
    """Return the mean of each block of a plane, mirrored as in `block_features`."""
    return _mean(_blocks(_whole_blocks(plane)))


def _whole_blocks(plane):
    return np.pad(plane, [(0, -side % BLOCK) for side in plane.shape], mode="symmetric")


def _blocks(plane):
    """Cut a plane into blocks: rows x columns x 32 x 32."""
    return plane.reshape(plane.shape[0] // BLOCK, BLOCK, -1, BLOCK).swapaxes(1, 2)


def _mean(blocks):
    return blocks.mean(axis=(2, 3))
