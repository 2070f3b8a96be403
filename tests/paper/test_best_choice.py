"""The best possible choice of pixels."""

import numpy as np
import pytest

from paper.truth.best_choice import best_choice
from twostream.metrics import psnr_rgb


@pytest.mark.parametrize("shape", [(20, 24), (20, 24, 3)])
def test_no_decision_map_is_nearer(rng, shape):
    truth, *sources = rng.integers(0, 256, (4, *shape)).astype(np.uint8)
    best = psnr_rgb(truth, best_choice(sources, truth))
    stack = np.stack([source.reshape(20, 24, -1) for source in sources])
    for _ in range(50):
        decision = rng.integers(0, 3, (1, 20, 24, 1))
        copied = np.take_along_axis(stack, decision, axis=0)[0].reshape(shape)
        assert psnr_rgb(truth, copied) < best
    assert all(psnr_rgb(truth, source) < best for source in sources)


def test_pixels_are_copied_whole_from_the_nearest(rng):
    truth = np.zeros((1, 2, 3), np.uint8)
    a = np.array([[(9, 0, 0), (5, 5, 5)]], np.uint8)
    b = np.array([[(5, 5, 5), (9, 9, 0)]], np.uint8)
    np.testing.assert_array_equal(best_choice([a, b], truth)[0], [(5, 5, 5), (5, 5, 5)])
    np.testing.assert_array_equal(best_choice([a, a[:, ::-1]], truth), [[(5, 5, 5), (5, 5, 5)]])
