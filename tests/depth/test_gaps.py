import numpy as np
import pytest
from board_stack import board_stack
from ramp_stack import STEP, ramp_stack

from twostream.depth.advice import advice
from twostream.depth.focus_sweep import FocusSweep
from twostream.depth.gaps import Gaps, _too_far, find_gaps
from twostream.depth.relative_blur import CELL, added_blur, energies
from twostream.io.pixels import Scale


def swept(frames):
    sweep = FocusSweep()
    for frame in frames:
        sweep.add(frame, Scale(0, 65535))
    return sweep


@pytest.fixture(scope="module")
def stack():
    return ramp_stack(12)[0]


def test_added_blur_is_measured_between_unsharp_pictures():
    """However soft the sharper one is, variances add up."""
    frames, depth = ramp_stack(9, step=1)
    first, second = (energies(frame, Scale(0, 65535)) for frame in frames[:2])
    x = depth[CELL // 2 :: CELL, CELL // 2 :: CELL]
    inner = (x > 2) & (x < 5)
    expected = (x**2 - (x - 1) ** 2)[inner]
    added = added_blur(second, first)
    assert np.median(np.abs(added[inner] / expected - 1)) < 0.25
    np.testing.assert_array_equal(added_blur(first, second), -added)


def test_a_whole_stack_lacks_nothing(stack):
    """Nor do steps that are all wide, and two frames tell nothing."""
    for frames in (stack[::2], stack[4:6]):
        assert find_gaps(swept(frames)).shares == {}
    gaps = find_gaps(swept(stack))
    assert gaps.shares == {}
    assert not gaps.unsharp.any()
    assert advice(gaps, list("abcdefghijkl")) is None


@pytest.mark.parametrize("missing", [0, 1, 5, 8, 10, 11])
def test_the_gap_of_a_missing_frame_is_named(stack, missing):
    """Nothing is sharp around the missing frame's part of the picture."""
    gaps = find_gaps(swept(stack[:missing] + stack[missing + 1 :]))
    assert list(gaps.shares) == [missing]
    assert 0.005 < gaps.shares[missing] < 0.1
    columns = np.nonzero(gaps.unsharp)[1] * CELL / 512 * 12 - 0.5
    assert np.abs(np.median(columns) - missing) < 0.6


@pytest.mark.parametrize(
    "settings",  # seed, frames, step, period, slit, dark, texture, parts, gain
    [
        (6, 12, 1.3, 60, 10, 60, 3, 4, 1),
        (0, 4, 1.3, 40, 7, 5, 8, 8, 1.3),
        (5, 6, 3, 40, 7, 5, 3, 2, 1.3),
    ],
)
def test_a_sharp_far_background_of_bars_lacks_nothing(settings):
    """Between bars there is only light that spreads from them in frames out of focus."""
    assert find_gaps(swept(board_stack(*settings))).shares == {}


def test_frames_without_texture_lack_nothing():
    sweep = swept([np.full((64, 64, 3), 90, np.uint8)] * 5)
    assert not sweep.textured.any()
    assert find_gaps(sweep).shares == {}


def test_tiny_pictures_can_be_swept(rng):
    for shape in [(1, 1, 1), (3, 2, 3), (17, 5, 1)]:
        frames = [rng.integers(0, 256, shape).astype(np.uint8) for _ in range(4)]
        assert find_gaps(swept(frames)).unsharp.shape == (-(-shape[0] // 4), -(-shape[1] // 4))


def test_tiles_make_no_difference(monkeypatch, stack):
    whole = energies(stack[3], Scale(0, 65535))
    monkeypatch.setattr("twostream.depth.relative_blur.TILE", 64)
    np.testing.assert_allclose(energies(stack[3], Scale(0, 65535)), whole, atol=0.02)


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ({0: 0.031}, "Nothing is sharp in 3.1% of the image: add a frame before the first (a)."),
        (
            {2: 0.01, 3: 0.04},
            "Nothing is sharp in 5.0% of the image: add a frame between 2 and 3 (b and c) and "
            "after the last (c).",
        ),
    ],
)
def test_advice_names_the_neighbours(shares, sentence):
    assert advice(Gaps(None, None, None, shares), list("abc")) == sentence


def test_the_step_is_that_of_the_stack(stack):
    sweep = swept(stack)
    sums = (sweep.before + sweep.after)[sweep.textured]
    assert np.nanmedian(sums) == pytest.approx(2 * STEP**2, rel=0.25)


@pytest.mark.parametrize("wide", [1, 2, 3, 4])
def test_a_wide_step_at_an_end_hides_what_is_beyond(wide):
    """Steps between five frames; the outermost ones, beyond the ends, are unknown."""
    steps, means = np.array([np.nan, 1, 1, 1, 1, np.nan]), np.full(5, 1.0)
    steps[wide], means[wide - 1 : wide + 1] = 4, 4
    limits = _too_far(steps, means)
    assert np.isfinite(limits).tolist() == [wide != 1, *(n == wide for n in range(1, 5)), wide != 4]
    np.testing.assert_array_equal(_too_far(steps[::-1], means[::-1]), limits[::-1])
