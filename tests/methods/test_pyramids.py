import numpy as np
import pytest

from twostream.methods import METHODS
from twostream.methods.pyramid import expand, reduce


def test_reduce_is_the_filter_of_burt_and_adelson(rng):
    plane = rng.random((8, 10))
    padded = np.pad(plane, 2, mode="reflect")
    kernel = np.outer(*[np.array([1, 4, 6, 4, 1]) / 16] * 2)
    expected = [
        [(padded[y : y + 5, x : x + 5] * kernel).sum() for x in range(0, 10, 2)]
        for y in range(0, 8, 2)
    ]
    np.testing.assert_allclose(reduce(plane), expected, atol=1e-12)


@pytest.mark.parametrize("shape", [(8, 10), (7, 9), (1, 1), (2, 1)])
def test_expand_interpolates_to_the_size_asked_for(shape):
    coarse = reduce(np.full(shape, 0.3))
    np.testing.assert_allclose(expand(coarse, shape), np.full(shape, 0.3), atol=1e-12)


def test_expand_is_the_same_filter(rng):
    coarse = rng.random((6, 7))
    fine = np.zeros((12, 14))
    fine[::2, ::2] = 4 * coarse
    kernel = np.outer(*[np.array([1, 4, 6, 4, 1]) / 16] * 2)
    window = fine[2:7, 3:8]
    assert expand(coarse, (12, 14))[4, 5] == pytest.approx((window * kernel).sum())


def test_levels_limit_the_scales_that_are_chosen():
    x = np.tile(np.arange(128), (128, 1))
    coarse = 0.5 + 0.2 * np.sin(2 * np.pi * x / 128)
    flat = np.full_like(coarse, 0.5)
    swing = [np.ptp(METHODS["laplacian_pyramid"].fuse([coarse, flat], levels=n)) for n in (1, 6)]
    assert swing[0] == pytest.approx(0.2, abs=0.01)
    assert swing[1] > 0.35


def test_ratio_weighs_dark_and_bright_details_alike_and_contrast_does_not():
    dark, bright = np.full((2, 65, 65), 0.2)
    dark[32, 32], bright[32, 32] = 0.2 / 3, 0.2 * 2
    pair = [dark, bright]
    assert METHODS["ratio_pyramid"].fuse(pair)[32, 32] < 0.15
    assert METHODS["contrast_pyramid"].fuse(pair)[32, 32] > 0.3


@pytest.mark.parametrize("name", ["ratio_pyramid", "contrast_pyramid"])
def test_black_divides_nothing_by_zero(name):
    a, b = np.zeros((2, 40, 50), np.uint8)
    a[10:20, 10:20] = 255
    with np.errstate(all="raise"):
        fused = METHODS[name].fuse([a, b])
    assert fused[15, 15] > 120  # the coarsest levels, averaged, halve it
    assert fused[35, 45] == 0
