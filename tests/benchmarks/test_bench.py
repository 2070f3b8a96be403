from real_torch import require_torch

from benchmarks.metric_speed import NAMES, metric_speeds
from benchmarks.training_speed import multiply_accumulates, training_speeds
from twostream.nets.two_stream import Design


def test_every_metric_of_the_paper_is_timed():
    found = {name: (seconds, ratio) for name, seconds, ratio in metric_speeds(repeats=1)}
    assert set(found) == {*NAMES, "all six"}
    assert all(seconds > 0 for seconds, _ in found.values())
    assert all(found[name][1] > 0 for name in NAMES)


def test_trainings_are_timed():
    require_torch()
    names, design = ["PyTorch, float32", "PyTorch, channels last"], Design(filters=2, kernel=3)
    found = dict(training_speeds(names, design, iterations=2, batch=4))
    assert list(found) == ["reading", *names]
    assert all(speed > 0 for speed in found.values())


def test_multiplications_of_the_default_net():
    # Two streams of 5x5 layers 1 to 64 and 64 to 64, 128 to 64 of 1x1, then 64 to 64 and 64 to 1.
    layers = 2 * (25 * 64 + 25 * 64 * 64) + 128 * 64 + 25 * 64 * 64 + 25 * 64
    assert multiply_accumulates(Design()) == 2500 * (3 * layers - 2 * 25 * 64)


def test_a_peak_is_measured():
    require_torch()
    from benchmarks.matmul_rate import matmul_rate

    assert 1e8 < matmul_rate(side=256, repeats=3) < 1e15
