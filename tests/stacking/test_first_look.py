"""Late frames that fill the gaps of a stack."""

from pathlib import Path

import numpy as np
import pytest
from ramp_stack import ramp_stack

from twostream.stacking.first_look import with_late

COUNT = 9
FILES = [Path(f"{number}.png") for number in range(COUNT)]


@pytest.fixture(scope="module")
def planes():
    rng = np.random.default_rng(0)
    planes = [plane[..., 0] + 0.0 for plane in ramp_stack(COUNT, (120, 800))[0]]
    return [np.clip(plane + rng.normal(0, 1, plane.shape), 0, 255).astype("u1") for plane in planes]


def without(planes, missing):
    return {path: [planes[n]] for n, path in enumerate(FILES) if n not in missing}


@pytest.mark.parametrize("missing", [[3], [7], [2, 3], [2, 5], [3, 4, 5]])
@pytest.mark.parametrize("shift", [0, 3])
def test_late_frames_take_their_places_in_the_order_of_focus(planes, missing, shift):
    late = {FILES[n]: [np.roll(planes[n], (shift, -shift), (0, 1))] for n in missing[::-1]}
    assert with_late(without(planes, missing), late) == FILES


def test_what_fills_no_gap_joins_no_stack(planes):
    rest, late = without(planes, [3]), planes[3]
    noise = np.random.default_rng(1).normal(0, 1, late.shape)
    again = np.clip(planes[2] + noise, 0, 255).astype("u1")  # the focus of another frame
    for wrong in ([again], [late[:, ::-1].copy()], [late // 20], [late[:90]], [late, late]):
        assert with_late(rest, {Path("x"): wrong}) is None
    assert (
        with_late({path: [planes[n]] for n, path in enumerate(FILES)}, {Path("x"): [late]}) is None
    )


@pytest.mark.parametrize("others", [1, 2])
def test_half_of_the_late_frames_have_to_fill_a_gap(planes, others):
    late = {FILES[3]: [planes[3]], **{Path(f"x{n}"): [planes[3]] for n in range(others)}}
    assert with_late(without(planes, [3]), late) == (FILES if others == 1 else None)
