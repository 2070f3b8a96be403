import pytest

from paper.ablation.findings import markdown, psnr_at, verdict
from twostream.report.training_log import TrainingLog, ValPoint


def log(seconds, *decibels):
    """Log of validations 100 iterations apart, of patches of one number."""
    points = [
        ValPoint(100 * n, seconds * n, 10 ** (-value / 10)) for n, value in enumerate(decibels)
    ]
    return TrainingLog([], points, (1, 1, 1))


@pytest.mark.parametrize(
    ("decibels", "word"),
    [
        ((30, 28, 26), "yes"),
        ((26, 28, 30), "no"),
        ((28, 30, 26), "in part"),
        ((30, 29.5, 26), "in part"),
        ((30, 29.5, 29), "inconclusive"),
        ((29, 29.5, 30), "inconclusive"),
    ],
)
def test_an_order_counts_where_it_exceeds_the_spread(decibels, word):
    assert verdict(decibels, 1.0) == word


def test_what_need_not_be_better_may_be_equal():
    assert verdict((30, 29.5), 1.0) == "inconclusive"
    assert verdict((30, 30.5), 1.0, strict=False) == "yes"
    assert verdict((30, 31.5), 1.0, strict=False) == "no"


def test_psnr_between_validations_is_interpolated():
    found = log(10, 20, 30)
    assert psnr_at(found, 50, "iterations") == pytest.approx(25)
    assert psnr_at(found, 2.5, "seconds") == pytest.approx(22.5)


def test_findings_at_equal_iterations_and_at_equal_seconds():
    """The deeper net is better after 100 iterations, and worse in the time of the shallow one."""
    depth = {"2-1-2": [log(10, 20, 30), log(10, 20, 29.5)], "3-1-3": [log(40, 20, 32)]}
    table = markdown({"depth": depth})
    assert (
        "| more layers do not help "
        "| no (100 iterations: 2-1-2 30.00 dB, 3-1-3 32.00 dB) "
        "| yes (10 seconds: 2-1-2 30.00 dB, 3-1-3 23.00 dB) |"
    ) in table.splitlines()
