"""Caffe's updates of the learned blobs: Adam and SGD, with clipping and weight decay."""

import math

from .learning_rate import learning_rate


class Adam:
    """Caffe's adam_solver.cpp; the paper's Eqs. 7 to 9.

    PyTorch's own adds its epsilon at another place: it acts there as delta sqrt(1 - momentum2^t).

    Parameters
    ----------
    solver : SolverParameter
    zeros : list of array
        One of each blob's shape for each of `moments`: all first moments, then all second ones,
        the order of a solverstate. They become the solver's history.
    """

    moments = 2

    def __init__(self, solver, zeros):
        self._solver, self.history = solver, zeros

    def __call__(self, place, count, blob, gradient, rate, iteration):
        """Change one blob of `count` in place."""
        first, second = self.history[place], self.history[place + count]
        beta1, beta2, t = self._solver.momentum, self._solver.momentum2, iteration + 1
        first *= beta1
        first += (1 - beta1) * gradient
        second *= beta2
        second += (1 - beta2) * gradient * gradient
        correction = math.sqrt(1 - beta2**t) / (1 - beta1**t)
        blob -= (rate * correction) * first / (second**0.5 + self._solver.delta)


class SGD:
    """Caffe's sgd_solver.cpp: momentum keeps the rate of its time; parameters as of `Adam`."""

    moments = 1

    def __init__(self, solver, zeros):
        self._solver, self.history = solver, zeros

    def __call__(self, place, count, blob, gradient, rate, iteration):
        """Change one blob of `count` in place."""
        velocity = self.history[place]
        velocity *= self._solver.momentum
        velocity += rate * gradient
        blob -= velocity


TYPES = {"Adam": Adam, "SGD": SGD}
"""Solver type -> its update."""


def apply_update(solver, update, learned, iteration):
    """Update all blobs as Caffe does: clip, divide by `iter_size`, decay, step.

    Parameters
    ----------
    solver : SolverParameter
    update : Adam or SGD
    learned : list of engines.learned.Parameter
        Their gradients are sums over `iter_size` batches.
    iteration : int
    """
    scale = clip_scale(solver, learned) / solver.iter_size
    rate = learning_rate(solver, iteration)
    for place, blob in enumerate(learned):
        blob.gradient *= scale
        decay = solver.weight_decay * blob.decay_mult
        if decay:
            blob.gradient += decay * _penalty(solver, blob.data)
        local_rate = rate * blob.lr_mult
        update(place, len(learned), blob.data, blob.gradient, local_rate, iteration)


def clip_scale(solver, learned):
    """Factor that brings the L2 norm of all gradients down to `clip_gradients`."""
    if solver.clip_gradients < 0:
        return 1.0
    norm = math.sqrt(sum(float((blob.gradient**2).sum()) for blob in learned))
    return min(1.0, solver.clip_gradients / norm) if norm else 1.0


def _penalty(solver, data):
    if solver.regularization_type == "L1":
        return (data > 0) * 1.0 - (data < 0) * 1.0
    return data
