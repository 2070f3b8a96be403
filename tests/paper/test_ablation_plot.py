import pytest

from paper.ablation import plot as ablation_plot
from twostream.errors import BadInput
from twostream.report.training_log import TrainingLog, ValPoint


def log(*losses):
    points = [ValPoint(100 * n, 7.0 * n, loss) for n, loss in enumerate(losses)]
    return TrainingLog([], points, (1, 10, 10))


STUDIES = {
    "kernel": {"3x3": [log(10.0, 1.0)], "5x5": [log(10.0, 0.1), log(10.0, 1.0)]},
    "depth": {"2-1-2": [log(10.0, 0.1)]},
}


def test_each_study_is_drawn_over_iterations_and_seconds():
    rows = ablation_plot.draw(STUDIES).axes
    assert len(rows) == 2 * len(STUDIES)
    iterations, seconds = rows[:2]
    assert [line.get_label() for line in iterations.lines] == ["3x3", "5x5"]
    assert iterations.lines[1].get_xdata().tolist() == [0, 100]
    assert seconds.lines[1].get_xdata().tolist() == [0, 7]
    # A loss of 100 numbers in [0, 1]: 0.1 is a mean squared error of 0.001.
    assert iterations.lines[1].get_ydata().tolist() == pytest.approx([10, 30])


def test_a_band_shows_how_far_seeds_are_apart():
    iterations, seconds = ablation_plot.draw(STUDIES).axes[:2]
    (band,) = iterations.collections
    (low, left), (high, right) = band.get_datalim(iterations.transData).get_points()[:, ::-1]
    assert (left, right) == (0, 100)
    assert (low, high) == pytest.approx((10, 30))
    assert len(seconds.collections) == 1


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(BadInput):
        ablation_plot.write(tmp_path / "figure.xyz", STUDIES)
    assert not list(tmp_path.iterdir())
