import math

import pytest

from twostream.evaluation.scores import Score
from twostream.report.means import EQUAL_PSNR, mean_scores


def group(pair, *methods):
    return [Score(pair, name, values, seconds=s) for name, values, s in methods]


def test_only_pairs_that_all_methods_have_count():
    groups = [
        group("p", ("a", {"q": 1.0}, 1.0), ("b", {"q": 0.5}, 2.0)),
        group("r", ("a", {"q": 0.0}, None), ("b", {}, 6.0)),
        group("s", ("a", {"q": 0.5}, 3.0), ("b", {"q": 0.25}, 4.0)),
    ]
    a, b = mean_scores(groups, ["q", "other"])
    assert (a.pair, a.method, a.values, a.seconds) == ("mean", "a", {"q": 0.75}, 2.0)
    assert (b.values, b.seconds) == ({"q": 0.375}, 4.0)


def test_infinite_psnr_counts_as_that_of_half_a_16_bit_step():
    assert pytest.approx(-10 * math.log10((0.5 / 65535) ** 2)) == EQUAL_PSNR
    groups = [group(n, ("a", {"psnr": value}, 1.0)) for n, value in (("p", math.inf), ("q", 40.0))]
    (mean,) = mean_scores(groups, ["psnr"])
    assert mean.values["psnr"] == (EQUAL_PSNR + 40) / 2
    assert groups[0][0].values["psnr"] == math.inf
