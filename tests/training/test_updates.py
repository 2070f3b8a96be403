"""The update rules on numpy arrays, against the formulas of Caffe's solvers."""

import numpy as np
import pytest

from twostream.caffe_files.schema import SolverParameter
from twostream.training.parameter import Parameter
from twostream.training.updates import SGD, Adam, apply_update, clip_scale


def solver(**settings):
    return SolverParameter(base_lr=0.1, lr_policy="fixed", **settings)


def blob(data, gradient, lr_mult=1.0, decay_mult=1.0):
    return Parameter(np.array(data, float), np.array(gradient, float), lr_mult, decay_mult)


def test_momentum_includes_the_rate_of_each_step():
    settings = SolverParameter(
        base_lr=0.1, lr_policy="step", stepsize=1, gamma=0.5, momentum=0.9, type="SGD"
    )
    found = blob([1.0], [2.0])
    update = SGD(settings, [np.zeros(1)])
    apply_update(settings, update, [found], 0)
    np.testing.assert_allclose(found.data, 1 - 0.1 * 2)
    apply_update(settings, update, [found], 1)
    np.testing.assert_allclose(found.data, 0.8 - (0.9 * 0.2 + 0.05 * 2))


def test_adam_adds_its_delta_after_the_root():
    settings = solver(momentum=0.9, momentum2=0.99, delta=0.5)
    found = blob([1.0], [3.0])
    apply_update(settings, Adam(settings, [np.zeros(1), np.zeros(1)]), [found], 0)
    step = 0.1 * (np.sqrt(1 - 0.99) / (1 - 0.9)) * 0.3 / (np.sqrt(0.01 * 9) + 0.5)
    np.testing.assert_allclose(found.data, 1 - step)


@pytest.mark.parametrize(("kind", "penalty"), [("L2", [2.0, -4.0, 0.0]), ("L1", [1.0, -1.0, 0.0])])
def test_decay_is_added_after_the_division_by_iter_size(kind, penalty):
    settings = solver(weight_decay=0.5, regularization_type=kind, iter_size=4)
    found = blob([2.0, -4.0, 0.0], [8.0, 8.0, 8.0], lr_mult=3, decay_mult=2)
    apply_update(settings, SGD(settings, [np.zeros(3)]), [found], 0)
    expected = np.array([2.0, -4.0, 0.0]) - 0.1 * 3 * (8 / 4 + 0.5 * 2 * np.array(penalty))
    np.testing.assert_allclose(found.data, expected)


def test_the_norm_of_all_gradients_is_clipped():
    learned = [blob([0.0], [3.0]), blob([0.0], [4.0])]
    assert clip_scale(solver(clip_gradients=1), learned) == pytest.approx(1 / 5)
    assert clip_scale(solver(clip_gradients=6), learned) == 1
    assert clip_scale(solver(), learned) == 1
    assert clip_scale(solver(clip_gradients=1), [blob([0.0], [0.0])]) == 1
