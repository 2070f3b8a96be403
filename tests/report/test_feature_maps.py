import numpy as np
import pytest

from twostream.evaluation.pair_set import Pair
from twostream.methods import method
from twostream.report import feature_maps
from twostream.report.feature_maps import feature_map_figure, map_grid


@pytest.fixture
def pair(noise):
    gray, colour = noise(".", "x_A.png", shape=(30, 40)), noise(".", "x_B.png", shape=(30, 40, 3))
    return Pair("x", (*gray, *colour))


def test_maps_are_those_after_each_stage(pair):
    sources = [feature_maps._plane(path) for path in pair.sources]
    found = feature_maps.feature_maps(sources)
    assert list(found) == ["conv2_a", "conv2_b", "fusion", "fused"]
    for blob in ("conv2_a", "conv2_b", "fusion"):
        assert found[blob].shape == (64, 30, 40)
        assert found[blob].min() == 0 < found[blob].max()
    fused = method("two_stream").fuse(sources, weights="two_stream")
    np.testing.assert_allclose(found["fused"][0], fused, atol=1e-5)
    other = feature_maps.feature_maps([sources[0]] * 2)  # a stream sees its own source only
    np.testing.assert_array_equal(found["conv2_a"], other["conv2_a"])
    assert np.abs(found["conv2_b"] - other["conv2_b"]).max() > 0
    height, width = feature_map_figure(pair).shape
    assert height > 8 * 72
    assert width > 3 * 8 * 96


def test_each_map_has_its_own_white():
    ramp = np.linspace(0, 1, 96 * 96, dtype=np.float32).reshape(96, 96)
    grid = map_grid(np.stack([ramp, 1000 * ramp, 0 * ramp]))
    top, bottom = np.vsplit(grid, 2)
    first, second = (tile[20:] for tile in np.hsplit(top, 2))
    np.testing.assert_allclose(first.astype(int), second, atol=1)
    third, fourth = np.hsplit(bottom, 2)
    assert third[20:-1, 1:-1].max() == 0
    assert 0 < third[1:13, 1:40].max() <= 110  # only its number
    assert (fourth == 255).all()
