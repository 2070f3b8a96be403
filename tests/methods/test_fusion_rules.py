import numpy as np
import pytest

from twostream.methods.fusion_rules import choose_max


def test_largest_magnitude_wins_and_ties_are_shared():
    a, b, c = np.array([[1.0, -2.0]]), np.array([[-3.0, 0.5]]), np.array([[2.0, 1.0]])
    np.testing.assert_array_equal(choose_max([a, b, c]), [[-3.0, -2.0]])
    a, b = np.array([[2.0, 3.0, -1.0]]), np.array([[-2.0, 3.0, -1.0]])
    np.testing.assert_array_equal(choose_max([a, b]), [[0.0, 3.0, -1.0]])


@pytest.mark.parametrize("sources", [2, 3])
@pytest.mark.parametrize("window", [3, 5])
def test_area_rule_against_loops(rng, sources, window):
    details, half = rng.normal(size=(sources, 13, 17)), window // 2

    def around(planes, y, x):
        return planes[..., max(0, y - half) : y + half + 1, max(0, x - half) : x + half + 1]

    votes = np.zeros_like(details)
    for y, x in np.ndindex(13, 17):
        votes[np.abs(around(details, y, x)).max(axis=(1, 2)).argmax(), y, x] = 1
    found = choose_max(details, window)
    for y, x in np.ndindex(13, 17):
        if half <= y < 13 - half and half <= x < 17 - half:
            count = around(votes, y, x).sum(axis=(1, 2))
            expected = details[count == count.max(), y, x].mean()
            np.testing.assert_allclose(found[y, x], expected, atol=1e-12)
