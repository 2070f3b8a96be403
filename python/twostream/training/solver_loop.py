"""Training loop: batches, updates, tests, log lines and snapshots in the order of Caffe."""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import BadInput
from . import log
from .learning_rate import learning_rate
from .updates import apply_update


@dataclass(frozen=True)
class Surroundings:
    """The callbacks of a `Loop`: reports, and a request to stop."""

    snapshot: Callable  # ``snapshot(iteration)`` writes a snapshot
    bar: Any  # progress bar, advanced by one per iteration
    stop: Callable  # ``stop()`` returns whether an early end was requested
    write: Callable = log.write  # `log.write`, or `log.silent`


class Loop:
    """Caffe's Solver, for an engine, such as `trainer.Trainer`, that computes loss and gradients.

    `update` is one of `updates.TYPES`. The batches are those of the two phases; those of the test
    phase are None if the solver does not test.
    """

    def __init__(self, solver, engine, update, batches, test_batches, surroundings):
        self._solver, self._engine, self._update = solver, engine, update
        self._batches, self._test_batches = batches, test_batches
        self._snapshot, self._bar = surroundings.snapshot, surroundings.bar
        self._stop, self._log = surroundings.stop, surroundings.write
        self._losses = deque(maxlen=max(1, solver.average_loss))
        self._clock = self._clock_iteration = None

    def run(self, iteration=0):
        """Train from `iteration` to the solver's last one; return the iteration reached."""
        solver = self._solver
        self._clock, self._clock_iteration = time.monotonic(), iteration
        stopped = False
        while iteration < solver.max_iter and not stopped:
            self._step(iteration)
            iteration += 1
            self._bar.update()
            stopped = self._stop()
            if solver.snapshot and iteration % solver.snapshot == 0:
                self._snapshot(iteration)
        if solver.snapshot_after_train and not (
            solver.snapshot and iteration % solver.snapshot == 0
        ):
            self._snapshot(iteration)
        if stopped:
            self._log("solver.cpp:317", "Optimization stopped early.")
        else:
            self._end(iteration)
        return iteration

    def _step(self, iteration):
        solver, engine = self._solver, self._engine
        if self._tests_at(iteration) and (iteration or solver.test_initialization):
            self._test(iteration)
        engine.clear()
        loss, values = self._accumulate(iteration)
        self._losses.append(loss)
        self._bar.set_postfix_str(self._engine.quality(self._smoothed()), refresh=False)
        shown = solver.display and iteration % solver.display == 0
        if shown:
            self._display(iteration, values)
        with engine.updating():
            apply_update(solver, self._update, engine.learned, iteration)
        if shown:
            rate = learning_rate(solver, iteration)
            self._log("sgd_solver.cpp:112", f"Iteration {iteration}, lr = {rate:g}")

    def _accumulate(self, iteration):
        """Sum the gradients of `iter_size` batches; return the mean loss and the last outputs."""
        losses = []
        for _ in range(self._solver.iter_size):
            loss, values = self._engine.train(next(self._batches))
            losses.append(loss)
        loss = sum(losses) / len(losses)
        if not math.isfinite(loss):
            raise BadInput(
                f"The loss is {loss} at iteration {iteration}: lower base_lr, set clip_gradients, "
                "or start from the weights of `twostream prototxt --initial-weights`. "
                "Earlier snapshots remain usable."
            )
        return loss, values

    def _smoothed(self):
        return sum(self._losses) / len(self._losses)

    def _display(self, iteration, values):
        now, display = time.monotonic(), self._solver.display
        seconds = max(now - self._clock, 1e-9)
        speed = (iteration - self._clock_iteration) / seconds
        self._clock, self._clock_iteration = now, iteration
        self._log(
            "solver.cpp:239",
            f"Iteration {iteration} ({speed:g} iter/s, {seconds:.3g}s/{display} iters), "
            f"loss = {self._smoothed():g}",
        )
        log.outputs(self._log, "solver.cpp:258", "Train", values, self._engine.loss_weights)

    def _tests_at(self, iteration):
        interval = self._solver.test_interval
        return self._test_batches and interval and iteration % interval == 0

    def _test(self, iteration):
        self._log("solver.cpp:347", f"Iteration {iteration}, Testing net (#0)")
        count, sums = self._solver.test_iter[0], {}
        for _ in range(count):
            for name, value in self._engine.test(next(self._test_batches)).items():
                sums[name] = sums.get(name, 0.0) + value
        means = {name: value / count for name, value in sums.items()}
        log.outputs(self._log, "solver.cpp:414", "Test", means, self._engine.test_loss_weights)

    def _end(self, iteration):
        if self._solver.display and iteration % self._solver.display == 0:
            loss, _ = self._engine.loss(next(self._batches))
            self._losses.append(loss)
            self._log("solver.cpp:327", f"Iteration {iteration}, loss = {self._smoothed():g}")
        if self._tests_at(iteration):
            self._test(iteration)
        self._log("solver.cpp:332", "Optimization Done.")
