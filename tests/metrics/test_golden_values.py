"""Every reference value of the public codes, within its tolerance."""

import json
import math
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from twostream import metrics
from twostream.errors import BadInput
from twostream.metrics import Plane

GOLDEN = Path(__file__).parents[3] / "shared/golden"

pytestmark = [
    pytest.mark.skipif(not GOLDEN.is_dir(), reason="the golden values lie beside the project"),
    pytest.mark.filterwarnings("error"),
]

# What the references call each of our metrics.
NAMES = {
    "ie_bits256": "entropy",
    "mi_hossny": "mutual_information",
    "mi_sum_nats_minmax": "mutual_information_sum_nats",
    "mi_sum_bits_uint8sat": "mutual_information_sum_bits_uint8",
    "mi_tsallis_q1.85": "mutual_information_tsallis",
    "mi_nava": "mutual_information_nava",
    "ncie": "ncie",
    "qabf_xp2000_liu": "qabf",
    "qabf_xp2000_hong": "qabf_hong",
    "qabf_zhengliu": "qabf_zhengliu",
    "qabf_petrovic_kumar": "qabf_petrovic_kumar",
    "piella_q": "q",
    "piella_qw": "qw",
    "piella_qe": "qe",
    "piella_ssim_q": "q_ssim",
    "piella_ssim_qw": "qw_ssim",
    "piella_block8_q": "q_block8",
    "piella_block8_qw": "qw_block8",
    "yang_qy": "qy",
}

# Where a reference fails, what ours do instead: constant pictures hold no information.
WHERE_REFERENCE_FAILS = {
    ("syn_const/same", "mi_hossny"): 0,
    ("syn_const/same", "mi_nava"): 0,
    ("syn_const/same", "mi_tsallis_q1.85"): 0,
    ("syn_const/same", "ncie"): 1 - math.log(3, 256),
    ("syn_const/same", "piella_block8_qw"): 0,
    ("syn_odd/lp", "piella_block8_q"): BadInput,
    ("syn_odd/lp", "piella_block8_qw"): BadInput,
}

# (Q_CB, Q_CV): metricChenBlum and metricChen of zhengliu6699/imageFusionMetrics, run under GNU
# Octave 7.3 (which lacks freqspace and blkproc: they were written for it after MATLAB's manual)
# with the pixels as doubles, as yuliu316316/MFIF passes them (given 8-bit pixels, the first
# divides them by 255, which turns some ties of rounding the other way).
CHEN = {
    "clockdark/lp": (0.7006688211, 70.60599123),
    "clockdark/dwt": (0.6441281461, 79.83642672),
    "clockdark/avg": (0.5685060054, 101.0268525),
    "clockdark/srcA": (0.6691821521, 297.5483781),
    "clockdark/published_dwt": (0.68572546, 64.65729136),
    "clockdark/published_gff": (0.7296945747, 49.92310906),
    "clockdark/published_cnn": (0.7747433643, 63.91643289),
    "clock/lp": (0.7026476875, 72.56418378),
    "clock/dwt": (0.6465066392, 83.7187806),
    "clock/avg": (0.5681132206, 103.0454839),
    "clock/srcA": (0.6672956831, 306.5169264),
    "pepsi/lp": (0.6552913836, 26.52193543),
    "pepsi/dwt": (0.6037673935, 32.40023344),
    "pepsi/avg": (0.5247470885, 29.37882881),
    "pepsi/srcA": (0.692144057, 82.91542126),
    "pepsi/published_dwt": (0.6644075095, 33.36090185),
    "pepsi/published_gff": (0.6295632062, 25.42564547),
    "pepsi/published_cnn": (0.7188566256, 34.42725066),
    "syn_flat/avg": (0.8599569877, 69.30200587),
    "syn_flat/max": (0.7975850798, 89.07702494),
    "syn_flat/srcA": (0.9233748245, 145.1264378),
    "syn_focus/avg": (0.758928522, 159.2089998),
    "syn_focus/dwt": (0.7023912434, 193.3164549),
    "syn_focus/lp": (0.7813032058, 159.9366099),
    "syn_focus/srcA": (0.7266410732, 358.8606076),
    "syn_focus/truth": (0.7872670911, 161.0276748),
    "syn_ident/same": (1, 0),
    "syn_noise/avg": (0.5881655204, 2300.003983),
    "syn_noise/indep": (0.4950010753, 9139.042833),
    "syn_odd/lp": (0.7919201691, 70.60251051),
}


@cache
def golden():
    return json.loads((GOLDEN / "metrics.json").read_text(encoding="utf-8"))


def cases():
    return golden()["cases"]


@cache
def plane(name):
    image = cv2.imread(str(GOLDEN / name), cv2.IMREAD_UNCHANGED)
    assert image.dtype == np.uint8
    assert image.ndim == 2
    return Plane.of(image)


def score(name, case):
    sources = [plane(case["A"]), plane(case["B"])]
    return metrics.metric(name)(plane(case["F"]), sources)


def report(capsys, compared, what, worst):
    """Show in the test's output how many values were compared."""
    with capsys.disabled():
        print(f"\n{compared} {what} compared; largest part of its tolerance used: {worst:.2f}")


def compare(score_of, expected):
    """Return how many (key, value, tolerance) there are and the largest error in tolerances."""
    used = {key: abs(score_of(key) - value) / tol for key, value, tol in expected}
    assert not {key: error for key, error in used.items() if not error <= 1}
    return len(used), max(used.values())


def test_every_golden_value(capsys):
    by_key = {(case["id"], name): case for case in cases() for name in case["values"]}
    tolerance = {name: facts["tol"] for name, facts in golden()["metrics"].items()}
    expected = [
        ((id, name), case["values"][name], tolerance[name])
        for (id, name), case in by_key.items()
        if case["values"][name] is not None
    ]
    assert {name for _, name in by_key} == set(NAMES)
    assert len(cases()) == 31
    compared, worst = compare(lambda key: score(NAMES[key[1]], by_key[key]), expected)
    assert compared == 471
    report(capsys, compared, "golden values", worst)


def test_values_that_matlab_itself_stored(capsys):
    stored = [case for case in cases() if "matlab_stored" in case]
    expected = [
        ((case["id"], name), value, 1e-4 if name in ("piella_qe", "yang_qy") else 1e-9)
        for case in stored
        for name, value in case["matlab_stored"].items()
    ]
    by_id = {case["id"]: case for case in stored}
    compared, worst = compare(lambda key: score(NAMES[key[1]], by_id[key[0]]), expected)
    assert compared == 30
    report(capsys, compared, "values stored by MATLAB", worst)


def test_chens_metrics_against_the_public_code(capsys):
    by_id = {case["id"]: case for case in cases()}
    expected = [
        ((id, name), value, 1e-8 * max(1, value))
        for id, values in CHEN.items()
        for name, value in zip(("qcb", "qcv"), values)
    ]
    compared, worst = compare(lambda key: score(key[1], by_id[key[0]]), expected)
    assert compared == 60
    report(capsys, compared, "values of Q_CB and Q_CV", worst)


def test_where_the_reference_fails():
    nulls = {
        (case["id"], name): case
        for case in cases()
        for name, value in case["values"].items()
        if value is None
    }
    assert set(nulls) == set(WHERE_REFERENCE_FAILS)
    for (id, name), case in nulls.items():
        ours = WHERE_REFERENCE_FAILS[id, name]
        if ours is BadInput:
            with pytest.raises(BadInput, match=r"Blocks of 8x8 pixels do not fill 67x61 pixels\."):
                score(NAMES[name], case)
        else:
            assert score(NAMES[name], case) == pytest.approx(ours, abs=1e-12)


def test_constant_sources_in_the_other_metrics():
    (case,) = (case for case in cases() if case["id"] == "syn_const/same")
    assert score("qcb", case) == 1
    assert score("qcv", case) == 0


@pytest.mark.parametrize("depth", ["float64", "float32", "uint16"])
def test_other_depths_of_the_same_pixels_score_the_same(depth):
    def deep(name):
        levels = plane(name).values
        return (levels * 257).astype(depth) if depth == "uint16" else (levels / 255).astype(depth)

    for case in (case for case in cases() if case["id"] in ("syn_flat/avg", "syn_odd/lp")):
        images = [deep(case[key]) for key in "ABF"]
        for name in ("entropy", "mutual_information", "qabf", "qabf_hong", "q", "qe", "qy", "qcb"):
            assert metrics.metric(name)(images[2], images[:2]) == score(name, case)
