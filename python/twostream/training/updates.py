"""Caffe's update rules, Adam and SGD, with gradient clipping and weight decay."""

import math

from .learning_rate import learning_rate


class Adam:
    """Adam as in Caffe's adam_solver.cpp; Eqs. 7 to 9 of the paper.

    PyTorch's Adam differs: it has epsilon sqrt(1 - momentum2^t) in place of `delta`. `zeros`
    are arrays with the shapes of the blobs, for the first moments of all blobs and then for the
    second ones, as in a solverstate. They become the history of the solver.
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
    """SGD as in Caffe's sgd_solver.cpp; parameters as of `Adam`.

    The velocity contains the learning rate, so a later change of rate does not affect it.
    """

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
"""Solver type -> update rule."""


def apply_update(solver, update, learned, iteration):
    """Update all blobs as Caffe does: clip, divide by `iter_size`, add weight decay, step.

    `learned` are the `parameter.Parameter` of the blobs; their gradients are sums over `iter_size`
    batches.
    """
    scale = clip_scale(solver, learned) / solver.iter_size
    rate = learning_rate(solver, iteration)
    for place, blob in enumerate(learned):
        blob.gradient *= scale
        decay = solver.weight_decay * blob.decay_mult
        if decay and solver.regularization_type == "L1":
            blob.gradient += decay * ((blob.data > 0) * 1.0 - (blob.data < 0) * 1.0)
        elif decay:
            blob.gradient += decay * blob.data
        local_rate = rate * blob.lr_mult
        update(place, len(learned), blob.data, blob.gradient, local_rate, iteration)


def clip_scale(solver, learned):
    """Return the factor up to 1 that limits the L2 norm of all gradients to `clip_gradients`."""
    if solver.clip_gradients < 0:
        return 1.0
    norm = math.sqrt(sum(float((blob.gradient**2).sum()) for blob in learned))
    return min(1.0, solver.clip_gradients / norm) if norm else 1.0
