"""The policies against the formulas in Caffe's sgd_solver.cpp."""

import math

import pytest

from twostream.caffe_files.schema import SolverParameter
from twostream.training.learning_rate import learning_rate, steps_taken


def solver(policy, **settings):
    return SolverParameter(base_lr=0.5, lr_policy=policy, **settings)


@pytest.mark.parametrize(
    ("policy", "settings", "iteration", "expected"),
    [
        ("fixed", {}, 900, 0.5),
        ("step", {"gamma": 0.1, "stepsize": 10}, 9, 0.5),
        ("step", {"gamma": 0.1, "stepsize": 10}, 10, 0.05),
        ("step", {"gamma": 0.1, "stepsize": 10}, 29, 0.005),
        ("multistep", {"gamma": 0.5, "stepvalue": [3, 7]}, 2, 0.5),
        ("multistep", {"gamma": 0.5, "stepvalue": [3, 7]}, 3, 0.25),
        ("multistep", {"gamma": 0.5, "stepvalue": [3, 7]}, 100, 0.125),
        ("exp", {"gamma": 0.9}, 3, 0.5 * 0.9**3),
        ("inv", {"gamma": 0.1, "power": 0.75}, 40, 0.5 * 5**-0.75),
        ("poly", {"power": 2, "max_iter": 100}, 0, 0.5),
        ("poly", {"power": 2, "max_iter": 100}, 50, 0.125),
        ("poly", {"power": 2, "max_iter": 100}, 100, 0.0),
        ("sigmoid", {"gamma": -0.1, "stepsize": 20}, 20, 0.25),
        ("sigmoid", {"gamma": -0.1, "stepsize": 20}, 30, 0.5 / (1 + math.e)),
    ],
)
def test_rates(policy, settings, iteration, expected):
    assert learning_rate(solver(policy, **settings), iteration) == pytest.approx(expected, rel=1e-6)


def test_steps_are_what_a_solverstate_keeps():
    assert steps_taken(solver("step", stepsize=10), 35) == 3
    assert steps_taken(solver("multistep", stepvalue=[3, 7]), 7) == 2
    assert steps_taken(solver("poly", max_iter=10), 7) == 0
