from unittest.mock import Mock

import numpy as np
import pytest

from twostream import BadInput
from twostream.fusion import select as module
from twostream.fusion.select import (
    BLOCK,
    HALO,
    LUMA,
    REACH,
    SAME,
    SCORE_MARGIN,
    Select,
    correction,
    focus_score,
    luma16,
    near_boundary,
    smoothed,
)
from twostream.fusion.tiling import Tile, tiles
from twostream.io.pixels import Scale, to_unit


def test_a_score_is_for_the_nearer_source_and_like_ones_give_none(rng):
    a, b = rng.random((2, 120, 140)).astype(np.float32)
    assert focus_score(a, b, a).mean() == pytest.approx(1, abs=0.01)
    assert focus_score(a, b, b).mean() == pytest.approx(-1, abs=0.01)
    between = (0.7 * a + 0.3 * b).astype(np.float32)
    nearer = focus_score(a, b, between)
    assert (nearer > 0).all()
    np.testing.assert_array_equal(nearer, -focus_score(b, a, between))
    np.testing.assert_array_equal(focus_score(a, a, b), 0)
    assert np.abs(focus_score(a, a + np.float32(1e-3), b)).max() < 0.05


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


def test_a_step_looks_two_pixels_farther(rng):
    """So that tiles with a margin give the result of the whole picture."""
    scores = rng.uniform(-1, 1, (30, 150)).astype(np.float32)
    part = smoothed(scores[:, : 76 + HALO])[:, :76]
    np.testing.assert_allclose(smoothed(scores)[:, :76], part, atol=1e-6)


def test_nearness_falls_with_the_distance_to_the_border():
    mask = np.zeros((40, 100), bool)
    mask[:, 50:] = True
    found = near_boundary(mask)[20]
    np.testing.assert_array_equal(found[[49, 50]], 1)
    expected = 1 - np.arange(REACH) / REACH
    np.testing.assert_allclose(found[50 : 50 + REACH], expected, atol=0.01)
    np.testing.assert_array_equal(found[50 + REACH + 1 :], 0)


@pytest.mark.parametrize("apart", [0, 40])
@pytest.mark.parametrize(("times", "share"), [(10, 0.99), (1, 0.5), (0.1, 0.01)])
def test_the_estimate_is_taken_where_it_differs_by_more_than_its_noise(times, share, apart):
    copied = np.full((30, 40, 3), 0.5, np.float32)
    sources = copied, copied + np.float32(apart / 255)
    levels = times * np.hypot(1, 0.1 * apart)
    estimate = copied + np.float32(levels / 255)
    found = correction(copied, estimate, sources)
    np.testing.assert_allclose(found, share * levels / 255, rtol=0.02)


class MadeNet:
    """A net that gives `estimates[channels]` for the whole picture."""

    streams, channels, quantized = 2, 1, False
    each = staticmethod(map)

    def __init__(self, *estimates):
        self._estimates = {estimate.shape[2]: estimate for estimate in estimates}
        self._asked, self.ran = None, []

    def tiles(self, shape, margin):
        assert margin == SCORE_MARGIN
        for tile in tiles(shape, 32, margin):
            self._asked = tile
            yield tile

    def around(self, box, context):
        starts = (max(0, span.start - context) for span in box)
        self._asked = Tile(
            box, tuple(slice(s, span.stop + context) for s, span in zip(starts, box))
        )
        return self._asked

    def fuse(self, sources):
        channels = sources[0].shape[2]
        self.ran.append((channels, self._asked.inner[1]))
        found = self._estimates[channels][self._asked.outer]
        assert all(source.shape == found.shape for source in sources)
        return found

    def fuse_both_ways(self, sources):
        return self.fuse(sources)

    def fuse_mirrored(self, sources, tile, shape):
        return self.fuse(sources)


@pytest.mark.parametrize("tile", [64, 1024])
def test_the_source_that_the_estimate_is_nearer_to_is_in_focus(rng, monkeypatch, tile):
    monkeypatch.setattr(module, "TILE", tile)
    a, b = (rng.integers(0, 65536, (60, 150, 1)).astype(np.uint16) for _ in "ab")
    sharp = np.where((np.arange(150) < 64)[:, None], a, b)
    first = Select(MadeNet(LUMA.to_unit(sharp))).decide([a, b], Mock())
    wrong = first != (np.arange(150) < 64)
    assert not wrong[:, :63].any()
    assert not wrong[:, 65:].any()
    assert wrong.mean() < 1e-3


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_pixels_are_copied_far_from_borders_and_estimated_beside_them(rng, dtype):
    a, b = (rng.integers(0, 65536, (60, 150, 3)).astype(dtype) for _ in "ab")
    first = np.broadcast_to(np.arange(150) < 64, (60, 150))
    sharp = np.where(first[..., None], a, b)
    unit = to_unit(sharp, 65535)
    fused = Select(MadeNet(unit + np.float32(0.1))).fuse(
        [a, b], Scale(0, 65535), Mock(), first, True | first
    )
    copied = np.abs(np.arange(150) - 63.5) > REACH + 0.5
    np.testing.assert_array_equal(fused[:, copied], sharp[:, copied])
    beside = to_unit(fused[:, 63:65], 65535)
    estimate = unit[:, 63:65] + np.float32(0.1)
    clipped = np.minimum(estimate, 1) if np.dtype(dtype).kind == "u" else estimate
    np.testing.assert_allclose(beside, clipped, atol=0.02)


def test_channels_are_estimated_only_near_a_border(rng):
    a, b = rng.random((2, BLOCK, 5 * BLOCK, 3)).astype(np.float32)
    border = 2 * BLOCK + 5
    first = np.broadcast_to(np.arange(5 * BLOCK) < border, (BLOCK, 5 * BLOCK))
    net, bar = MadeNet(a), Mock()
    select = Select(net)
    select.fuse([a, b], Scale(0, 1.0), bar, first, True | first)
    # The last of block 1 that is near, and the first of block 2.
    assert net.ran == [(3, slice(border - REACH, 2 * BLOCK)), (3, slice(2 * BLOCK, border + REACH))]
    assert bar.update.call_count == select.steps(first.shape, decided=True) == 5


def test_boundaries_are_corrected_only_in_the_region_of_interest(rng):
    a, b = rng.random((2, BLOCK, BLOCK, 3)).astype(np.float32)
    first = np.broadcast_to(np.arange(BLOCK) < 50, (BLOCK, BLOCK))
    region = np.arange(BLOCK)[:, None] < np.full(BLOCK, 30)
    net = MadeNet(a + 1)
    fused = Select(net).fuse([a, b], Scale(0, 1.0), Mock(), first, region)
    np.testing.assert_array_equal(fused[30:], np.where(first[..., None], a, b)[30:])
    assert (fused[:30, 49:51] > 1).all()
    assert net.ran == [(3, slice(50 - REACH, 50 + REACH))]


def test_sources_that_hardly_differ_are_not_corrected(rng):
    a = rng.uniform(0.2, 0.8, (BLOCK, BLOCK, 3)).astype(np.float32)
    b = a + np.float32(SAME / 2)
    b[:, :20] = a[:, :20] + np.float32(2 * SAME)
    first = np.broadcast_to((np.arange(BLOCK) < 50)[:, None], (BLOCK, BLOCK))
    net = MadeNet(a + 1)
    fused = Select(net).fuse([a, b], Scale(0, 1.0), Mock(), first, True | first)
    np.testing.assert_array_equal(fused[:, 24:], np.where(first[..., None], a, b)[:, 24:])
    assert (fused[49:51, :18] > 1).all()
    assert net.ran == [(3, slice(0, 21))]


def test_one_net_decides_and_another_estimates(rng):
    a, b = rng.random((2, 40, 50, 1)).astype(np.float32)
    net, decider = MadeNet(a), MadeNet(a)
    select = Select(net, decider)
    lumas = [luma16(source, Scale(0, 1)) for source in (a, b)]
    first = select.decide(lumas, Mock())
    assert first.all()
    assert (len(net.ran), len(decider.ran)) == (0, 4)
    half = np.arange(50) < np.full((40, 1), 25)
    select.fuse([a, b], Scale(0, 1.0), Mock(), half, True | half)
    assert (len(net.ran), len(decider.ran)) == (1, 4)


def test_lumas_have_16_bits(rng, monkeypatch):
    monkeypatch.setattr(module, "STRIP", 7)
    image = rng.integers(0, 256, (20, 30, 3)).astype(np.uint8)
    found = luma16(image, Scale(0, 65535))
    assert found.dtype == np.uint16
    expected = (image @ [0.299, 0.587, 0.114])[..., None] / 255
    np.testing.assert_allclose(LUMA.to_unit(found), expected, atol=1e-4)


@pytest.mark.parametrize(("streams", "channels"), [(3, 1), (2, 4)])
def test_a_net_of_other_streams_or_channels_is_bad_input(streams, channels):
    net = MadeNet()
    net.streams, net.channels = streams, channels
    with pytest.raises(BadInput, match="two streams, of 1 or 3 channels"):
        Select(net)


def test_memory_of_smoothing_is_that_of_the_largest_tile():
    for shape in ((100, 90), (1050, 3000), (9000, 8000)):
        most = max(np.zeros(shape, bool)[t.outer].size for t in tiles(shape, 1024, module.HALO))
        assert module.smoothing_bytes(shape) >= 22 * most
    assert module.smoothing_bytes((9000, 8000)) == module.smoothing_bytes((4000, 4000))
