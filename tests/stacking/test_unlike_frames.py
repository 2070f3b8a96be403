"""Frames that are unlike the others, and frames of another exposure."""

import numpy as np
import pytest
from ramp_stack import ramp_stack

import twostream as ts
from twostream.metrics import psnr

BLACK, SCENE = "is nearly black", "shows another scene"


@pytest.fixture(scope="module")
def stack():
    return [frame[..., 0] for frame in ramp_stack(7, (120, 320))[0]]


def noise(frame):
    return np.random.default_rng(1).integers(0, 256, frame.shape).astype(frame.dtype)


@pytest.mark.parametrize("place", [0, 3, 6])
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (np.zeros_like, BLACK),
        (lambda frame: frame // 20, BLACK),
        (lambda frame: np.clip(frame * 8.0, 0, 255).astype(np.uint8), "is overexposed"),
        (noise, "shows only noise"),
        (lambda frame: noise(frame) // 6 + np.uint8(100), "shows only noise"),
        (lambda frame: frame[::-1, ::-1].copy(), SCENE),
        (lambda frame: frame[:-1], "is 320x119 pixels of uint8"),
        (lambda frame: frame * np.uint16(257), "is 320x120 pixels of uint16"),
    ],
)
def test_a_frame_unlike_the_rest_is_named_and_left_out_on_request(stack, change, reason, place):
    frames = [change(one) if n == place else one for n, one in enumerate(stack)]
    with pytest.raises(ts.BadInput, match=f"^frame {place + 1} {reason}"):
        ts.stack(frames, align="none", method="average")
    result = ts.stack(frames, align="none", method="average", skip_bad=True)
    assert result.left_out == [place]
    assert result.warnings[0].startswith(f"frame {place + 1} is left out: it {reason}")
    others = [one for n, one in enumerate(frames) if n != place]
    np.testing.assert_array_equal(result.image, ts.fuse(others, "average"))


def test_of_two_frames_the_black_and_the_noisy_one_are_named(stack):
    a, b = stack[2:4]
    for wrong, reason in ((np.zeros_like(a), BLACK), (noise(a), "shows only noise")):
        with pytest.raises(ts.BadInput, match=f"frame 2 {reason}"):
            ts.stack([b, wrong], align="none")
    flat = np.full_like(a, int(a.mean()))
    assert ts.stack([a, b, flat], align="none").left_out == []  # nothing in it is in focus


def test_flicker_is_levelled_against_the_median(stack):
    frames = stack
    gains = 1 + np.array([0.12, 0, -0.1, 0.08, 0, -0.12, 0])
    unsteady = [np.rint(f * g).clip(0, 255).astype(np.uint8) for f, g in zip(frames, gains)]
    found = {level: ts.stack(unsteady, align="none", level=level) for level in ("auto", "none")}
    assert "exposure of " in found["auto"].summary
    assert "exposure" not in found["none"].summary
    np.testing.assert_allclose(found["auto"].frames.gains[:, 0] * gains, 1, atol=0.015)
    steady = ts.stack(frames, align="none")
    assert (steady.frames.gains == 1).all()
    levelled, left = (psnr(steady.image, one.image) for one in found.values())
    assert levelled > 40 > left + 10
