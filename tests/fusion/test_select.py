from unittest.mock import Mock

import numpy as np
import pytest

from twostream import BadInput
from twostream.fusion import select as module
from twostream.fusion.select import (
    DIFFERENCE,
    MARGIN,
    REACH,
    STEPS,
    Select,
    correction,
    focus_score,
    near_border,
    smoothed,
)
from twostream.fusion.tiling import tiles


@pytest.fixture
def sources(rng):
    return rng.random((2, 120, 140)).astype(np.float32)


def test_a_score_is_for_the_nearer_source(sources):
    a, b = sources
    assert (focus_score(a, b, a).mean(), focus_score(a, b, b).mean()) == pytest.approx(
        (1, -1), abs=0.01
    )
    nearer = focus_score(a, b, (0.7 * a + 0.3 * b).astype(np.float32))
    assert (nearer > 0).all()


def test_like_sources_give_no_focus_score(sources):
    a, b = sources
    np.testing.assert_array_equal(focus_score(a, a, b), 0)
    assert np.abs(focus_score(a, a + np.float32(1e-3), b)).max() < 0.05


def test_the_sources_change_places(sources):
    a, b = sources
    estimate = (0.7 * a + 0.3 * b).astype(np.float32)
    np.testing.assert_array_equal(focus_score(a, b, estimate), -focus_score(b, a, estimate))


def test_borders_stay_and_unsure_pixels_follow_their_surroundings(rng):
    scores = np.ones((80, 100), np.float32)
    scores[:, 50:] = -1
    unsure = scores.copy()
    unsure[20:30, 20:30] = 0
    unsure[rng.random(scores.shape) < 0.1] *= -0.5
    wrong = (smoothed(unsure) > 0) != (scores > 0)
    assert not wrong[:, :47].any()
    assert not wrong[:, 53:].any()
    assert wrong.mean() < 0.005


def test_a_step_looks_a_pixel_farther(rng):
    """So that tiles with a margin give the result of the whole picture."""
    scores = rng.uniform(-1, 1, (30, 150)).astype(np.float32)
    part = smoothed(scores[:, : 75 + STEPS + 2])[:, :75]
    np.testing.assert_allclose(smoothed(scores)[:, :75], part, atol=1e-6)


def test_nearness_falls_with_the_distance_to_the_border():
    mask = np.zeros((40, 100), bool)
    mask[:, 50:] = True
    found = near_border(mask)[20]
    np.testing.assert_array_equal(found[[49, 50]], 1)
    expected = 1 - np.arange(REACH) / REACH
    np.testing.assert_allclose(found[50 : 50 + REACH], expected, atol=0.01)
    np.testing.assert_array_equal(found[50 + REACH + 1 :], 0)


@pytest.mark.parametrize(("levels", "share"), [(20, 0.99), (2, 0.5), (0.2, 0.01)])
def test_the_estimate_is_taken_where_it_differs_by_more_than_its_noise(levels, share):
    copied = np.full((30, 40, 3), 0.5, np.float32)
    estimate = copied + np.float32(levels / 255)
    found = correction(copied, estimate, np.ones((30, 40), np.float32))
    np.testing.assert_allclose(found, share * levels / 255, rtol=0.01)
    assert DIFFERENCE == 2 / 255
    np.testing.assert_array_equal(correction(copied, estimate, np.zeros((30, 40))), 0)


class Noted(list):
    """Tiles that tell a net which of them it is given."""

    def __init__(self, net, found):
        super().__init__(found)
        self._net = net

    def __iter__(self):
        for tile in super().__iter__():
            self._net._outer = tile.outer
            yield tile


class MadeNet:
    """A net that gives `estimates[channels]` for the whole picture, in tiles of 32 pixels."""

    streams, channels = 2, 1

    def __init__(self, *estimates):
        self._estimates = {estimate.shape[2]: estimate for estimate in estimates}
        self.ran = []

    def tiles(self, shape, margin):
        assert margin == MARGIN
        return Noted(self, tiles(shape, 32, margin))

    def fuse(self, sources):
        channels = sources[0].shape[2]
        self.ran.append((channels, self._outer[1].start))
        found = self._estimates[channels][self._outer]
        assert all(source.shape == found.shape for source in sources)
        return found


@pytest.mark.parametrize("tile", [64, 1024])
@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_pixels_are_copied_far_from_borders_and_estimated_beside_them(
    rng, monkeypatch, tile, dtype
):
    monkeypatch.setattr(module, "TILE", tile)
    a, b = (rng.integers(0, 65536, (60, 150, 3)).astype(dtype) for _ in "ab")
    sharp = np.where((np.arange(150) < 64)[:, None], a, b)
    unit = module.to_unit(sharp, 65535)
    net = MadeNet(module.luma(unit)[..., None], unit + np.float32(0.1))
    fused, first = Select(net).fuse([a, b], 65535, Mock())
    np.testing.assert_array_equal(first, np.broadcast_to(np.arange(150) < 64, (60, 150)))
    copied = np.abs(np.arange(150) - 63.5) > REACH + 0.5
    np.testing.assert_array_equal(fused[:, copied], sharp[:, copied])
    beside = module.to_unit(fused[:, 63:65], 65535)
    estimate = unit[:, 63:65] + np.float32(0.1)
    clipped = np.minimum(estimate, 1) if np.dtype(dtype).kind == "u" else estimate
    np.testing.assert_allclose(beside, clipped, atol=0.01)


def test_channels_are_estimated_only_on_tiles_near_a_border(rng):
    a, b = rng.random((2, 64, 160, 3)).astype(np.float32)
    sharp = np.where((np.arange(160) < 72)[:, None], a, b)
    net, bar = MadeNet(module.luma(sharp)[..., None], sharp), Mock()
    Select(net).fuse([a, b], 1.0, bar)
    starts = {max(0, 32 * n - MARGIN) for n in range(5)}
    assert {start for channels, start in net.ran if channels == 1} == starts
    assert {start for channels, start in net.ran if channels == 3} == {32 - MARGIN, 64 - MARGIN}
    assert bar.update.call_count == Select(net).steps((64, 160)) == 20


def test_a_net_of_other_streams_or_channels_is_bad_input():
    net = MadeNet()
    net.channels = 3
    with pytest.raises(BadInput, match="two streams and one channel"):
        Select(net)
