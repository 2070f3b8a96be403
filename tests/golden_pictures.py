"""Pictures that public codes scored: made ones next to their values, photographs elsewhere."""

import hashlib
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

GOLDEN = Path(__file__).parent / "metrics" / "golden"
PHOTOGRAPHS = Path(__file__).parents[2] / "shared" / "golden"


@cache
def golden_picture(name):
    """Read the 8-bit gray pixels of a picture; skip the test where a photograph is not there."""
    folder = GOLDEN if name.startswith("syn_") else PHOTOGRAPHS
    if not folder.is_dir():
        pytest.skip("the classic photographs are not part of the project")
    image = cv2.imread(str(folder / f"{name}.png"), cv2.IMREAD_UNCHANGED)
    assert image.dtype == np.uint8
    assert image.ndim == 2
    assert hashlib.sha256(image.tobytes()).hexdigest() == _digests()[f"{name}.png"]
    return image


def golden_sources(pair):
    """Read both sources of a pair."""
    return [golden_picture(f"{pair}_{letter}") for letter in "AB"]


@cache
def _digests():
    lines = (GOLDEN / "pixels.sha256").read_text().splitlines()
    return {name: digest for digest, name in map(str.split, lines)}
