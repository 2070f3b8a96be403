from twostream.bench.metric_speed import NAMES, metric_speeds


def test_every_metric_of_the_paper_is_timed():
    found = {name: (seconds, ratio) for name, seconds, ratio in metric_speeds(repeats=1)}
    assert set(found) == {*NAMES, "all six"}
    assert all(seconds > 0 for seconds, _ in found.values())
    assert all(found[name][1] > 0 for name in NAMES)
