import cv2
import numpy as np
import pytest

import twostream as ts

ROWS, COLUMNS = np.mgrid[:160, :200]
PATTERNS = {
    "lines": ((COLUMNS % 14 < 5) | (ROWS % 14 < 5)) * 150 + 40,
    "dots": (np.hypot(COLUMNS % 24 - 12, ROWS % 20 - 10) < 6) * 120 + 60,
    "slanted": 100 + 60 * np.sign(np.sin((COLUMNS + 0.3 * ROWS) / 3)),
    "fine": 100 + 50 * np.sin(COLUMNS) * np.sin(ROWS),
    "flat": np.full(ROWS.shape, 120),
}


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("blur", [1, 2])
def test_patterns_and_flat_frames_cannot_be_measured(rng, pattern, blur):
    sharp = PATTERNS[pattern].astype(np.float32)
    frames = [sharp, cv2.GaussianBlur(sharp, (0, 0), blur)]
    frames = [(one + rng.normal(0, 1, one.shape)).astype(np.uint8) for one in frames]
    summary = ts.stack(frames, method="average").summary
    assert "could not be measured" in summary
    assert "already aligned" not in summary


@pytest.mark.parametrize("seed", range(4))
def test_frames_of_a_scene_are_measured(seed):
    rng = np.random.default_rng(seed)
    sharp = sum(
        cv2.resize(rng.uniform(0, 60, (side, side)), ROWS.shape[::-1]) for side in (8, 20, 60, 150)
    ).astype(np.uint8)
    summary = ts.stack([sharp, cv2.GaussianBlur(sharp, (0, 0), 2)], method="average").summary
    assert "already aligned" in summary
