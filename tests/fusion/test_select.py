from types import SimpleNamespace

import numpy as np
import pytest

from twostream.fusion import seam
from twostream.fusion import select as module
from twostream.fusion.select import STEPS, more_detail, opinion, smoothed


@pytest.fixture
def sources(rng):
    return rng.random((2, 120, 140)).astype(np.float32)


def test_an_opinion_is_for_the_nearer_source(sources):
    a, b = sources
    assert (opinion(a, b, a).mean(), opinion(a, b, b).mean()) == pytest.approx((1, -1), abs=0.01)
    nearer = opinion(a, b, (0.7 * a + 0.3 * b).astype(np.float32))
    assert (nearer > 0).all()


def test_like_sources_give_no_opinion(sources):
    a, b = sources
    np.testing.assert_array_equal(opinion(a, a, b), 0)
    assert np.abs(opinion(a, a + np.float32(1e-3), b)).max() < 0.05


def test_the_sources_change_places(sources):
    a, b = sources
    estimate = (0.7 * a + 0.3 * b).astype(np.float32)
    np.testing.assert_array_equal(opinion(a, b, estimate), -opinion(b, a, estimate))


def test_detail_speaks_for_the_sharper_source(sources):
    a, b = sources
    blurred = module.cv2.GaussianBlur(a, (0, 0), 2)
    assert (more_detail(a, blurred) > 0.5).all()
    np.testing.assert_array_equal(more_detail(a, b), -more_detail(b, a))
    np.testing.assert_array_equal(more_detail(a, a + np.float32(0)), 0)
    assert np.abs(more_detail(a * 0, a * 0 + np.float32(0.5))).max() < 1e-6


def test_borders_stay_where_they_are_and_doubts_follow_their_surroundings(rng):
    opinions = np.ones((80, 100), np.float32)
    opinions[:, 50:] = -1
    doubtful = opinions.copy()
    doubtful[20:30, 20:30] = 0
    doubtful[rng.random(opinions.shape) < 0.1] *= -0.5
    wrong = (smoothed(doubtful) > 0) != (opinions > 0)
    assert not wrong[:, :47].any()
    assert not wrong[:, 53:].any()
    assert wrong.mean() < 0.005


def test_a_step_looks_a_pixel_farther(rng):
    """So that tiles with a margin come out as the whole picture would."""
    opinions = rng.uniform(-1, 1, (30, 150)).astype(np.float32)
    part = smoothed(opinions[:, : 75 + STEPS + 2])[:, :75]
    np.testing.assert_allclose(smoothed(opinions)[:, :75], part, atol=1e-6)


@pytest.mark.parametrize("tile", [64, 1024])
@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_pixels_are_copied_from_the_chosen_source(rng, monkeypatch, tile, dtype):
    monkeypatch.setattr(module, "TILE", tile)
    a, b = (rng.integers(0, 65536, (60, 150, 3)).astype(dtype) for _ in "ab")
    expected = np.where((np.arange(150) < 64)[:, None], a, b)
    estimate = module.luma(module.to_unit(expected, 65535))
    monkeypatch.setattr(module, "_estimate", lambda *_: estimate)
    fused = module.select([a, b], SimpleNamespace(streams=2, channels=1), 65535, None)
    copied = np.abs(np.arange(150) - 63.5) > seam.BLEND + 0.5
    np.testing.assert_array_equal(fused[:, copied], expected[:, copied])
    beside = module.luma(module.to_unit(fused[:, 63:65], 65535))
    np.testing.assert_allclose(beside, estimate[:, 63:65], atol=0.1)
    assert not np.array_equal(fused[:, 60:68], expected[:, 60:68])
