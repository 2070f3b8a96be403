"""Apertures, light, mattes and border bands of the truth sets."""

import math

import cv2
import numpy as np
import pytest

from paper.truth.aperture import APERTURES, OBSTRUCTION, aperture, blurred
from paper.truth.matte import border_band, matte
from twostream.io.pixels import from_unit
from twostream.io.srgb import to_light, to_pixels


def moments(kernel):
    """Centre and variances of a kernel along x and y."""
    y, x = np.indices(kernel.shape) - len(kernel) // 2
    return [float((kernel * values).sum()) for values in (x, y, x * x, y * y)]


@pytest.mark.parametrize("shape", APERTURES)
@pytest.mark.parametrize("radius", [0.6, 1, 2.3, 8])
def test_light_is_neither_lost_nor_moved(shape, radius):
    kernel = aperture(shape, radius, angle=0.7)
    assert kernel.sum() == pytest.approx(1, abs=1e-12)
    assert kernel.min() >= 0
    assert moments(kernel)[:2] == pytest.approx([0, 0], abs=1e-12)
    assert len(kernel) == 2 * math.ceil(radius) + 1


def test_spreads_are_those_of_the_shapes():
    # The variance of a disc an axis is r^2 / 4, that of an annulus r^2 (1 + o^2) / 4, and each
    # pixel adds its own 1 / 12 at most.
    for radius in (3, 5, 8):
        assert moments(aperture("disc", radius))[2] == pytest.approx(radius**2 / 4, abs=0.15)
        hollow = radius**2 * (1 + OBSTRUCTION**2) / 4
        assert moments(aperture("annulus", radius))[3] == pytest.approx(hollow, abs=0.15)
    assert aperture("annulus", 8)[8, 8] == 0 < aperture("disc", 8)[8, 8]
    narrow, wide = moments(aperture("cats_eye", 8, angle=0))[2:]
    assert narrow < 0.7 * wide


def test_blur_within_a_pixel_changes_nothing(rng):
    image = rng.uniform(0, 1, (9, 12, 3))
    for radius in (0, 0.5):
        np.testing.assert_allclose(blurred(image, aperture("disc", radius)), image, atol=1e-12)


@pytest.mark.parametrize("shape", [(21, 30), (21, 30, 3)])
def test_blur_is_a_convolution_of_the_mirrored_picture(rng, shape):
    image, kernel = rng.uniform(0, 1, shape), rng.uniform(0, 1, (5, 5))
    expected = cv2.filter2D(image, -1, kernel[::-1, ::-1].copy(), borderType=cv2.BORDER_REFLECT)
    np.testing.assert_allclose(blurred(image, kernel), expected, atol=1e-12)


def test_srgb_there_and_back():
    levels = np.arange(256, dtype=np.uint8)
    light = to_light(levels / 255)
    assert (np.diff(light) > 0).all()
    assert light[[0, 255]].tolist() == [0, 1]
    assert to_light(np.array(0.5)) == pytest.approx(0.21404, abs=1e-5)
    np.testing.assert_array_equal(from_unit(to_pixels(light), 255, np.uint8), levels)


def test_matte_is_soft_at_its_outline_only():
    region = np.zeros((60, 80), bool)
    region[20:45, 25:60] = True
    a = matte(region)
    assert 0 <= a.min() <= a.max() <= 1
    assert (a[~region] < 0.05).all()
    assert (a[25:40, 30:55] == 1).all()
    assert ((a > 0.01) & (a < 0.99))[32, 20:40].sum() >= 2


def test_band_is_near_boundaries_only():
    depth = np.zeros((40, 60), bool)
    depth[:, 30:] = True
    band = border_band(depth, 5)
    assert np.flatnonzero(band[7]).tolist() == list(range(24, 36))
    slope = np.tile(np.linspace(0, 1, 60), (40, 1))
    assert not border_band(slope, 5).any()
    assert not border_band(np.zeros((40, 60)), 5).any()
