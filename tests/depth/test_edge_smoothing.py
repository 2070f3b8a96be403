import numpy as np
import pytest

from twostream.depth.edge_smoothing import EDGE, SHARES, SMOOTHNESS, EdgeSmoothing


def test_each_pass_solves_the_weighted_least_squares_of_a_row(rng):
    image, row = 0.05 * rng.random((1, 12, 3)), rng.random((1, 12))
    distance = np.sqrt(np.mean(np.diff(image[0], axis=0) ** 2, axis=1))
    weights, expected = SMOOTHNESS * np.exp(-distance / EDGE), row[0]
    differences = np.diff(np.eye(12), axis=0)
    for share in SHARES:
        system = np.eye(12) + share * differences.T @ (weights[:, None] * differences)
        expected = np.linalg.solve(system, expected)
    for turned in (False, True):
        made = [x.astype(np.float32) for x in (image, row)]
        made = [x.swapaxes(0, 1) for x in made] if turned else made
        np.testing.assert_allclose(EdgeSmoothing(made[0])(made[1]).ravel(), expected, rtol=1e-3)


def test_values_fill_areas_but_do_not_cross_edges():
    image = np.zeros((60, 80, 1), np.float32)
    image[:, 40:] = 1
    plane = np.zeros((60, 80), np.float32)
    plane[20:24, 10:14] = 1
    found = EdgeSmoothing(image)(plane)
    assert found[:, 40:].max() < 1e-6
    assert found[:, :40].min() > 0.1 * found.max()
    assert found.sum() == pytest.approx(16, rel=1e-3)


def test_a_flat_plane_stays(rng):
    plane = np.full((30, 40), 0.7, np.float32)
    found = EdgeSmoothing(rng.random((30, 40, 3)).astype(np.float32))(plane)
    np.testing.assert_allclose(found, plane, rtol=1e-4)
