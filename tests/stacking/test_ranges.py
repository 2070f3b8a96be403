"""One result for every range of pixel values."""

import numpy as np
import pytest
from ramp_stack import ramp_stack

import twostream as ts

pytest.importorskip("onnxruntime", reason="ONNX Runtime needs a newer Python")


@pytest.fixture(scope="module")
def pair():
    return [frame.astype(float) for frame in ramp_stack(5, (96, 320))[0][1:4:2]]


@pytest.fixture(scope="module")
def expected(pair):
    return ts.stack([(frame * 256).astype(np.uint16) for frame in pair], engine="onnx")


@pytest.mark.parametrize(
    ("factor", "offset", "dtype"),
    [
        (16, 0, np.uint16),  # 12 bits in 16
        (15, 30000, np.uint16),  # 6 % of the range on a pedestal
        (1 / 255, 0, np.float32),
        (3000, -1e5, np.float32),
        (1, 0, np.uint16),  # 8 bits in 16
    ],
)
def test_scaled_frames_give_the_scaled_result(pair, expected, factor, offset, dtype):
    result = ts.stack([(f * factor + offset).astype(dtype) for f in pair], engine="onnx")
    unit = (result.image.astype(float) - offset) / factor
    assert np.abs(unit - expected.image / 256).mean() < 0.1
    assert np.mean(result.focus_map != expected.focus_map) < 0.002
    assert np.mean(result.confidence != expected.confidence) < 0.01
    np.testing.assert_allclose(result.depth_map, expected.depth_map, atol=0.1)


def test_one_huge_pixel_changes_only_its_surroundings(pair):
    frames = [frame.astype(np.float32) for frame in pair]
    whole = ts.stack(frames, align="none").image
    frames[0][40, 40] = 1e6
    differ = np.abs(ts.stack(frames, align="none").image - whole) > 1
    differ[20:61, 20:61] = False
    assert differ.mean() < 1e-3
