import numpy as np
import pytest

from twostream.fusion.select import COARSE, drop_small, fit_weight


def weight_of_a(a, b, estimate, start=0.5):
    return fit_weight(a, b, estimate, start, COARSE, 3e-4)


@pytest.fixture
def sources(rng):
    return rng.random((2, 120, 140)).astype(np.float32)


def test_finds_the_weight_that_made_the_estimate(sources):
    a, b = sources
    for weight in (0, 0.3, 1):
        found = weight_of_a(a, b, (weight * a + (1 - weight) * b).astype(np.float32))
        np.testing.assert_allclose(found, weight, atol=0.01)


def test_finds_the_border_between_two_regions(sources):
    a, b = sources
    left = np.zeros(a.shape, bool)
    left[:, :70] = True
    weight = weight_of_a(a, b, np.where(left, a, b))
    assert (weight[:, :67] > 0.5).all()
    assert (weight[:, 73:] < 0.5).all()


def test_falls_back_on_its_start_where_the_sources_are_alike(sources):
    a, b = sources
    np.testing.assert_array_equal(weight_of_a(a, a, b), 0.5)
    np.testing.assert_array_equal(weight_of_a(a, a, b, np.float32(1)), 1)


def test_flat_regions_follow_what_is_around_them(sources):
    a, b = (source.copy() for source in sources)
    a[50:70, 50:70] = b[50:70, 50:70] = 0.5
    assert (weight_of_a(a, b, a) > 0.99).all()


def test_the_sources_change_places(sources):
    a, b = sources
    estimate = (0.7 * a + 0.3 * b).astype(np.float32)
    both = weight_of_a(a, b, estimate) + weight_of_a(b, a, estimate)
    np.testing.assert_allclose(both, 1, atol=1e-4)


def test_small_regions_of_either_value_are_dropped():
    mask = np.zeros((100, 100), bool)
    mask[:, 50:] = True
    wanted = mask.copy()
    mask[10:19, 10:19] = True  # 81 pixels of 10000
    mask[40:49, 70:79] = False
    np.testing.assert_array_equal(drop_small(mask, 0.01), wanted)


def test_large_regions_stay():
    mask = np.zeros((100, 100), bool)
    mask[10:21, 10:21] = True
    np.testing.assert_array_equal(drop_small(mask, 0.01), mask)


def test_a_uniform_map_stays():
    for value in (True, False):
        mask = np.full((50, 50), value)
        np.testing.assert_array_equal(drop_small(mask, 0.01), mask)
