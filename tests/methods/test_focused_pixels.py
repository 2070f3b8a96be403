import numpy as np
import pytest

from twostream.methods.focused_pixels import focus_measure, fuse


def test_focus_measure_by_plain_loops(rng):
    plane = rng.random((9, 8))

    def modified(y, x):
        along = 2 * plane[y, x] - plane[y, x - 1] - plane[y, x + 1]
        across = 2 * plane[y, x] - plane[y - 1, x] - plane[y + 1, x]
        return abs(along) + abs(across)

    expected = np.mean([modified(y, x) for y in range(2, 5) for x in range(3, 6)])
    assert focus_measure(plane, 3)[3, 4] == pytest.approx(expected)


def test_pixels_are_copied_and_a_lonely_one_is_outvoted(rng):
    a, b = 0.5 + 0.01 * rng.random((40, 40)), 0.3 + 0.1 * rng.random((40, 40))
    np.testing.assert_allclose(fuse([a, b]), b, rtol=0, atol=1e-15)
    a[20, 20] = 1
    np.testing.assert_allclose(fuse([a, b], window=1), b, rtol=0, atol=1e-15)
    assert fuse([a, b], window=1, majority=1)[20, 20] == 1


def test_a_flat_neighbour_does_not_win_at_the_border(rng):
    a, b = rng.random((30, 30)), np.full((30, 30), 0.5)
    np.testing.assert_allclose(fuse([b, a, b]), a, rtol=0, atol=1e-15)
