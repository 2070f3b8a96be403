"""Where objects overlap, the earlier or the later frame is preferred."""

import numpy as np
import pytest
from ramp_stack import ramp_stack

import twostream as ts
from twostream.fusion.select import BIAS, OVERLAP, preferred

HOW = {"align": "none", "level": "none"}


def test_near_boundaries_a_small_score_gives_way():
    scores = np.full((40, 60), -0.5, np.float32)
    scores[:, :20], scores[:, 20:40] = 0.5, -0.5 * BIAS
    none, near, far = (preferred(scores, sign) for sign in (0, 1, -1))
    np.testing.assert_array_equal(none, scores > 0)
    np.testing.assert_array_equal(far, none)  # the scores of the first are clear
    np.testing.assert_array_equal(near[0].nonzero()[0], np.arange(20 + OVERLAP))
    np.testing.assert_array_equal(preferred(-scores, -1), ~near)


@pytest.mark.parametrize("seed", range(3))
def test_the_focus_map_follows_the_preference(seed):
    rng = np.random.default_rng(seed)
    frames = [f + rng.integers(0, 3, f.shape).astype(f.dtype) for f in ramp_stack(5, (96, 160))[0]]
    own, near, far = (
        ts.stack(frames, prefer=prefer, **HOW).focus_map.astype(int)
        for prefer in (None, "near", "far")
    )
    for found, sign in ((near, -1), (far, 1)):
        moved = (found - own) * sign
        assert (moved > 0).sum() > 20 * (moved < 0).sum() + 20
    turned = ts.stack(frames[::-1], prefer="far", **HOW).focus_map
    assert (4 - turned.astype(int) != near).mean() < 0.01


def test_only_a_method_that_decides_prefers():
    frames = ramp_stack(3, (48, 64))[0]
    with pytest.raises(ts.BadInput, match="has no option 'prefer'"):
        ts.stack(frames, method="average", prefer="near")
    with pytest.raises(ts.BadInput, match="no preference named 'nearer'"):
        ts.fuse(frames, prefer="nearer")
