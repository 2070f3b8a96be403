"""Every reference value of the public codes, within its tolerance; see golden/README.md."""

import csv
import math
from functools import cache

import pytest
from golden_pictures import GOLDEN, golden_picture, golden_sources

from twostream.errors import BadInput
from twostream.metrics import Plane, metric

pytestmark = pytest.mark.filterwarnings("error")

TOLERANCE = {
    **dict.fromkeys(["mutual_information_tsallis", "mutual_information_nava", "ncie"], 1e-6),
    **dict.fromkeys(["qw", "qe", "qw_ssim", "qy"], 1e-4),
}

# Our values where a reference fails: constant pictures have no information.
WHERE_REFERENCE_FAILS = {
    **{("syn_const/same", f"mutual_information{of}"): 0 for of in ("", "_nava", "_tsallis")},
    ("syn_const/same", "ncie"): 1 - math.log(3, 256),
    ("syn_const/same", "qw_block8"): 0,
    ("syn_odd/lp", "q_block8"): BadInput,
    ("syn_odd/lp", "qw_block8"): BadInput,
}


def read_cells(name):
    """Read a table as (case, metric) -> text, without the cells that were not run."""
    with open(GOLDEN / name, newline="") as file:
        rows = [(row.pop("case"), row) for row in csv.DictReader(file)]
    return {(case, name): text for case, row in rows for name, text in row.items() if text}


CELLS = read_cells("values.csv")
VALUES = {key: float(text) for key, text in CELLS.items() if text != "fails"}
STORED = {key: float(text) for key, text in read_cells("stored_by_matlab.csv").items()}
PAIRS = list(dict.fromkeys(case.partition("/")[0] for case, _ in VALUES))


def pictures(case):
    """Fused picture and sources of a case."""
    pair, _, fused = case.partition("/")
    fused = f"{pair}_A" if fused in ("srcA", "same") else f"{pair}__{fused}"
    return golden_picture(fused), golden_sources(pair)


def score(case, name):
    fused, sources = pictures(case)
    return metric(name)(fused, sources)


@cache
def scores_of(pair):
    """Score all cells of a pair; what several metrics need is computed once."""
    planes, found = {}, {}

    def plane(image):
        return planes.setdefault(id(image), Plane.of(image))

    for case, name in {**VALUES, **STORED}:
        if case.startswith(f"{pair}/"):
            fused, sources = pictures(case)
            found[case, name] = metric(name)(plane(fused), [plane(source) for source in sources])
    return found


def compared(pair, values):
    """Give (metric, ours, theirs) of all values of a pair."""
    ours = scores_of(pair)
    return [(key[1], ours[key], theirs) for key, theirs in values.items() if key in ours]


def tolerance(name, value):
    if name in ("qcb", "qcv"):
        return 1e-8 * max(1, value)
    return TOLERANCE.get(name, 1e-8)


@pytest.mark.parametrize("pair", PAIRS)
def test_values_of_the_public_codes(pair):
    found = compared(pair, VALUES)
    assert found
    for name, ours, theirs in found:
        assert ours == pytest.approx(theirs, rel=0, abs=tolerance(name, theirs)), name


@pytest.mark.parametrize("pair", ["clockdark", "pepsi"])
def test_values_that_matlab_itself_stored(pair):
    found = compared(pair, STORED)
    assert len(found) == 15
    for name, ours, theirs in found:
        within = 1e-4 if name in ("qe", "qy") else 1e-9
        assert ours == pytest.approx(theirs, rel=0, abs=within), name


def test_how_many_values_there_are():
    chens = [key for key in VALUES if key[1] in ("qcb", "qcv")]
    assert (len(VALUES) - len(chens), len(chens), len(STORED)) == (471, 60, 30)
    assert sum(case.startswith("syn_") for case, _ in VALUES) == 264


def test_where_the_reference_fails():
    assert {key for key, text in CELLS.items() if text == "fails"} == set(WHERE_REFERENCE_FAILS)
    for key, ours in WHERE_REFERENCE_FAILS.items():
        if ours is BadInput:
            with pytest.raises(BadInput, match=r"Blocks of 8x8 pixels do not fill 67x61 pixels\."):
                score(*key)
        else:
            assert score(*key) == pytest.approx(ours, abs=1e-12)
    assert score("syn_const/same", "qcb") == 1
    assert score("syn_const/same", "qcv") == 0
