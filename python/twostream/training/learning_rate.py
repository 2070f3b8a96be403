"""Caffe's learning rate policies."""

import math


def learning_rate(solver, iteration):
    """Return the learning rate at an iteration, from 0, as Caffe's sgd_solver.cpp computes it."""
    return solver.base_lr * _POLICIES[solver.lr_policy](solver, iteration)


def steps_taken(solver, iteration):
    """Count how often a step policy has lowered the rate, as a solverstate stores it."""
    if solver.lr_policy == "step":
        return iteration // solver.stepsize
    if solver.lr_policy == "multistep":
        return sum(iteration >= value for value in solver.stepvalue)
    return 0


def _stepped(solver, iteration):
    return solver.gamma ** steps_taken(solver, iteration)


_POLICIES = {
    "fixed": lambda solver, iteration: 1.0,
    "step": _stepped,
    "multistep": _stepped,
    "exp": lambda solver, iteration: solver.gamma**iteration,
    "inv": lambda solver, iteration: (1 + solver.gamma * iteration) ** -solver.power,
    "poly": lambda solver, iteration: (1 - iteration / solver.max_iter) ** solver.power,
    "sigmoid": lambda solver, iteration: (
        1 / (1 + math.exp(-solver.gamma * (iteration - solver.stepsize)))
    ),
}
