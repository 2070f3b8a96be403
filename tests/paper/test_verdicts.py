import pytest

from paper.reproduction.verdicts import (
    MARGIN,
    Cell,
    column_verdict,
    order_of,
    other_quantity,
    row_verdict,
)

PUBLISHED = [0.50, 0.54, 0.58, 0.62, 0.66, 0.70, 0.74, 0.78, 0.82, 0.86]


def column(here, spread=0.0):
    return [Cell(p, h, h - spread, h + spread) for p, h in zip(PUBLISHED, here)]


def test_a_number_fits_within_the_spread_and_its_margin():
    assert Cell(0.7, 0.5, 0.4, 0.7).fits
    assert Cell(0.7, 0.5, 0.4, 0.7 - MARGIN + 1e-9).fits
    assert not Cell(0.7, 0.5, 0.4, 0.7 - MARGIN - 1e-9).fits
    assert not Cell(0.7, 0.8, 0.7 + MARGIN + 1e-9, 0.9).fits


def test_a_column_reproduces_if_numbers_and_order_do():
    assert column_verdict(column(PUBLISHED), 1) == "reproduces"
    two_off = [*PUBLISHED[:8], 0.90, 0.95]
    assert column_verdict(column(two_off), 1) == "reproduces"
    three_off = [*PUBLISHED[:7], 0.85, 0.90, 0.95]
    assert column_verdict(column(three_off), 1) == "order reproduces"


def test_a_wide_spread_does_not_reproduce_what_is_in_another_order():
    backwards = column(PUBLISHED[::-1], spread=0.5)
    assert all(cell.fits for cell in backwards)
    assert column_verdict(backwards, 1) == "does not"


def test_an_order_that_chance_gives_does_not_reproduce():
    mixed = column([0.54, 0.50, 0.86, 0.58, 0.70, 0.62, 0.82, 0.66, 0.74, 0.78])
    assert order_of(mixed) == pytest.approx((0.527, 0.0587), abs=1e-3)
    assert column_verdict(mixed, 1) == "does not"
    better = column([0.54, 0.50, 0.58, 0.86, 0.70, 0.62, 0.82, 0.66, 0.74, 0.78])
    assert order_of(better)[1] < 0.05
    assert column_verdict(better, 1) == "order reproduces"
    assert order_of(column([0.5] * 10)) == (0, 1)


@pytest.mark.parametrize(("shift", "other"), [(0.3, False), (0.5, True), (-0.5, True)])
def test_another_quantity_is_far_off_on_one_side(shift, other):
    """The published numbers are 0.36 wide; a tenth of the range of 1 must lie between."""
    cells = column([number + shift for number in PUBLISHED])
    assert other_quantity(cells, 1) == other
    assert (column_verdict(cells, 1) == "cannot be compared") == other


def test_a_stand_in_cannot_be_compared():
    assert column_verdict(column(PUBLISHED), 1, stand_in=True) == "cannot be compared"


def rows(here):
    return dict(zip("abcdefghij", column(here)))


def test_a_row_keeps_its_place_and_its_numbers():
    same, other = rows(PUBLISHED), rows([0.95, *PUBLISHED[1:]])
    assert row_verdict("b", [same, other]) == "reproduces"
    higher = rows([number + 0.1 for number in PUBLISHED])
    assert row_verdict("b", [higher, higher]) == "order reproduces"
    assert row_verdict("a", [other, other]) == "does not"
    assert row_verdict("a", [same] * 4 + [other]) == "reproduces"
    assert row_verdict("a", [same] * 3 + [other]) == "does not"
    assert row_verdict("a", []) == "cannot be compared"
