import cv2
import numpy as np
import pytest

from twostream.methods.nonsubsampled import fuse_bands, pyramid_filters


@pytest.mark.parametrize(
    ("shape", "level"), [((64, 64), 0), ((45, 60), 1), ((32, 75), 2), ((45, 60), 3)]
)
def test_pyramid_reconstructs_perfectly(shape, level):
    low, high, low_back, high_back = pyramid_filters(shape, level)
    np.testing.assert_allclose(low * low_back + high * high_back, 1, rtol=0, atol=1e-12)
    assert low[0, 0] == pytest.approx(1)
    assert high[0, 0] == pytest.approx(0)
    fine, coarse = (np.fft.irfft2(pyramid_filters((64, 64), k)[0], (64, 64)) for k in (0, 1))
    np.testing.assert_allclose(coarse[:14:2, :14:2], fine[:7, :7], rtol=0, atol=1e-15)
    assert np.abs(coarse[1::2]).max() < 1e-15  # dilated


def test_filters_are_those_of_the_toolbox():
    """Central and outermost coefficients of ``maxflat`` in atrousfilters.m, and filter sizes."""
    size = 40
    expected = (
        (0.3177420190660832, -7.900496718847182e-07, 6),
        (0.821896776039774, 6.391587676622346e-10, 9),
        (0.31358726209239235, -6.391587676622346e-10, 9),
        (0.8177420190660831, -7.900496718847182e-07, 6),
    )
    for response, (middle, corner, reach) in zip(pyramid_filters((size, size), 0), expected):
        impulse = np.fft.irfft2(response, (size, size))
        assert impulse[0, 0] == pytest.approx(middle, rel=1e-9)
        assert impulse[reach, reach] == pytest.approx(corner, rel=1e-4)
        beyond = impulse[reach + 1 : -reach], impulse[:, reach + 1 : -reach]
        assert max(np.abs(part).max() for part in beyond) < 1e-15


def undivided(shape):
    """A bank with a single, all-pass filter."""
    return [(0.7, 1.0), (0.3, 1.0)]


def test_base_comes_from_the_source_with_details(rng):
    """A constant difference is in the base alone, which is taken from the detailed source."""
    texture = 0.5 + rng.uniform(-0.2, 0.2, (60, 160))
    flat = np.full((60, 160), 0.4)
    a, b = texture.copy(), flat.copy()
    a[:, 80:], b[:, 80:] = 0.4, texture[:, 80:]
    fused = fuse_bands([a, b], [undivided] * 2)
    np.testing.assert_allclose(fused[:, :60], texture[:, :60], rtol=0, atol=0.01)
    np.testing.assert_allclose(fused[:, 100:], texture[:, 100:], rtol=0, atol=0.01)


def test_base_is_the_mean_where_details_are_alike(rng):
    texture = rng.uniform(0.3, 0.5, (60, 80))
    for scale in (1, 0.9):
        other = 0.1 + texture.mean() + scale * (texture - texture.mean())
        fused = fuse_bands([texture, other], [undivided] * 2)
        assert fused.mean() == pytest.approx(texture.mean() + 0.05, abs=0.01)


def test_details_come_from_the_stronger_source_alone(rng):
    plane = rng.random((37, 52))
    for levels in (0, 1, 5):
        fused = fuse_bands([plane, plane], [undivided] * levels)
        np.testing.assert_allclose(fused, plane, rtol=0, atol=1e-10)
    texture = rng.uniform(-0.2, 0.2, (60, 80))
    fused = fuse_bands([0.5 + 0.9 * texture, 0.5 + texture], [undivided] * 2)
    missing = fused - (0.5 + texture)
    np.testing.assert_allclose(missing - cv2.blur(missing, (3, 3)), 0, rtol=0, atol=1e-3)
