import numpy as np
import pytest

from twostream.evaluation.pair_set import Pair
from twostream.io import images
from twostream.methods import method
from twostream.report import feature_maps
from twostream.report.feature_maps import feature_map_figure, map_grid


@pytest.fixture
def pair(tmp_path, rng):
    paths = [tmp_path / f"x_{letter}.png" for letter in "AB"]
    for path, shape in zip(paths, ((30, 40), (30, 40, 3))):
        images.write(path, rng.integers(0, 256, shape).astype(np.uint8))
    return Pair("x", tuple(paths))


def test_maps_are_those_after_each_stage(pair):
    sources = [feature_maps._plane(path) for path in pair.sources]
    found = feature_maps.feature_maps(sources)
    assert list(found) == ["conv2_a", "conv2_b", "fusion", "fused"]
    for blob in ("conv2_a", "conv2_b", "fusion"):
        assert found[blob].shape == (64, 30, 40)
        assert found[blob].min() == 0 < found[blob].max()
    np.testing.assert_allclose(
        found["fused"][0], method("two_stream").fuse(sources, weights="two_stream"), atol=1e-5
    )


def test_a_stream_sees_its_own_source_only(pair):
    a, b = (feature_maps._plane(path) for path in pair.sources)
    one, other = feature_maps.feature_maps([a, b]), feature_maps.feature_maps([a, a])
    np.testing.assert_array_equal(one["conv2_a"], other["conv2_a"])
    assert np.abs(one["conv2_b"] - other["conv2_b"]).max() > 0


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


def test_the_figure_has_all_maps(pair):
    figure = feature_map_figure(pair)
    assert figure.ndim == 2
    assert figure.shape[0] > 8 * 72
    assert figure.shape[1] > 3 * 8 * 96
