import numpy as np
import pytest

from twostream.fusion.select import select_weight


@pytest.fixture
def sources(rng):
    return rng.random((2, 120, 140)).astype(np.float32)


def test_takes_the_source_that_the_estimate_equals(sources):
    a, b = sources
    assert (select_weight(a, b, a) == 1).all()
    assert (select_weight(a, b, b) == 0).all()


def test_half_and_half(sources):
    a, b = sources
    left = np.zeros(a.shape, bool)
    left[:, :70] = True
    weight = select_weight(a, b, np.where(left, a, b))
    assert (weight[:, :64] == 1).all()
    assert (weight[:, 76:] == 0).all()


def test_averages_where_nothing_speaks_for_either(sources):
    a, b = sources
    np.testing.assert_allclose(select_weight(a, b, (a + b) / 2), 0.5, atol=1e-4)
    np.testing.assert_array_equal(select_weight(a, a, b), 0.5)


def test_flat_regions_follow_what_is_around_them(sources):
    a, b = (source.copy() for source in sources)
    a[50:60, 50:60] = b[50:60, 50:60] = 0.5
    assert (select_weight(a, b, a) > 0.99).all()


def test_the_sources_change_places(sources):
    a, b = sources
    estimate = (0.7 * a + 0.3 * b).astype(np.float32)
    both = select_weight(a, b, estimate) + select_weight(b, a, estimate)
    np.testing.assert_allclose(both, 1, atol=1e-4)
