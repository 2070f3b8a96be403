import numpy as np
import pytest
from ramp_stack import ramp_stack

from twostream.depth.depth_map import depth_map, filled_from_around
from twostream.depth.focus_sweep import FocusSweep
from twostream.io.pixels import Scale


@pytest.fixture(scope="module")
def ramp():
    """Sweep of a stack, its true depth, and the nearest frame of each pixel."""
    frames, depth = ramp_stack(8)
    sweep = FocusSweep()
    for frame in frames:
        sweep.add(frame, Scale(0, 65535))
    return sweep, depth, np.clip(np.rint(depth), 0, 7).astype(np.uint16), frames[0]


def test_depth_is_finer_than_frames(ramp):
    sweep, truth, source, picture = ramp
    found = depth_map(source, sweep, picture, Scale(0, 65535))
    assert found.dtype == np.float32
    inside = (truth > 0.5) & (truth < 6.5)
    error = np.abs(found - truth)[inside].mean()
    assert error < 0.5 * np.abs(source - truth)[inside].mean()
    assert found.min() >= 0
    assert found.max() <= 7


def test_edges_of_the_decision_stay(ramp):
    """An object of the last frame before the ramp, as wide as the sweep's window."""
    sweep, _, source, picture = ramp
    source = source.copy()
    source[40:80, 100:140] = 7
    found = depth_map(source, sweep, picture, Scale(0, 65535))
    assert (found[45:75, 105:135] > 6).mean() > 0.8
    assert (found[85:, 105:135] < 4).all()


def test_holes_are_filled_from_around():
    values, confidence = np.full((40, 40), 3, np.float32), np.ones((40, 40), np.float32)
    values[10:30, 10:30], confidence[10:30, 10:30] = 100, 0
    np.testing.assert_allclose(filled_from_around(values, confidence), 3, atol=1e-3)
    np.testing.assert_array_equal(filled_from_around(values[:1], confidence[:1]), values[:1])


def test_a_picture_without_texture_keeps_the_decision():
    sweep = FocusSweep()
    flat = np.full((40, 40, 1), 90, np.uint8)
    for _ in range(3):
        sweep.add(flat, Scale(0, 65535))
    source = np.ones((40, 40), np.uint16)
    np.testing.assert_allclose(depth_map(source, sweep, flat, Scale(0, 65535)), 1, atol=0.01)
