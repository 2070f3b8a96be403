"""Tables of truth."""

import math

import pytest

from paper.truth.tables import mean_scores, truth_tables, worse_than_controls
from twostream.report.means import EQUAL_PSNR


def picture(whole, band, outside=math.inf):
    psnr = dict(zip(("whole", "band", "outside"), (whole, band, outside)))
    similarity = {f"ssim_rgb {place}": 0.5 for place in psnr}
    return {**{f"psnr_rgb {place}": value for place, value in psnr.items()}, **similarity}


@pytest.fixture
def rows():
    return {
        "average": {"borders": {"00_r1_disc": picture(30, 20), "01_r8_disc": picture(24, 22)}},
        "two_stream": {"borders": {"00_r1_disc": picture(40, 30), "01_r8_disc": picture(20, 10)}},
    }


def test_regions_and_radii(rows):
    tables = truth_tables(rows)
    assert tables[0].columns == ["borders whole", "borders band", "borders outside"]
    assert tables[0].values == [[27, 21, EQUAL_PSNR], [30, 20, EQUAL_PSNR]]
    assert tables[2].values == [[24], [20]]
    assert tables[3].columns == ["1 px whole", "1 px band", "8 px whole", "8 px band"]
    assert tables[3].values == [[30, 20, 24, 22], [40, 30, 20, 10]]


def test_a_set_of_another_name_has_no_radii(rows):
    half = {name: {"half": scores["borders"]} for name, scores in rows.items()}
    assert len(truth_tables(half)) == 3


def test_pictures_without_a_region_do_not_count():
    partly = picture(10, 5)
    del partly["psnr_rgb band"]
    assert mean_scores({"a": partly, "b": picture(20, 7)})["psnr_rgb band"] == 7


def test_pictures_that_are_worse_than_a_control_are_named(rows):
    assert worse_than_controls(rows, "average") == []
    (line,) = worse_than_controls(rows, "two_stream")
    assert line == "borders/01_r8_disc: two_stream 20.00, average 24.00 dB"
