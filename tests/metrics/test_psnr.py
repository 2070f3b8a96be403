"""The one definition of PSNR, compared with scikit-image's."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio

import twostream
from twostream.metrics import Plane, psnr, psnr_rgb
from twostream.metrics.psnr import EQUAL_PSNR, psnr_of_mse

PACKAGE = Path(twostream.__file__).parent
EQUAL_MSE = (0.5 / 65535) ** 2


def test_known_errors():
    assert psnr_of_mse(1) == pytest.approx(48.1308036)
    np.testing.assert_allclose(psnr_of_mse([0.01, 1], white=1), [20, 0], atol=1e-12)
    assert psnr_of_mse(0) == math.inf
    assert psnr_of_mse(EQUAL_MSE, white=1) == pytest.approx(EQUAL_PSNR) == pytest.approx(102.3501)


def test_both_metrics_are_as_in_scikit_image(rng):
    truth, fused = (rng.integers(0, 256, (24, 30)).astype(np.uint8) for _ in "ab")
    assert psnr(truth, fused) == peak_signal_noise_ratio(truth, fused)
    colours = [rng.integers(0, 256, (24, 30, 3)).astype(np.uint8) for _ in "ab"]
    assert psnr_rgb(*colours) == peak_signal_noise_ratio(*colours)
    assert psnr_rgb(*map(Plane.of, colours)) == psnr_rgb(*colours)


def test_there_is_one_formula_in_the_toolkit():
    """A trainer's log line is the exception: engines know nothing of metrics."""
    paths = [p for p in PACKAGE.rglob("*.py") if re.search(r"\.log10\(", p.read_text())]
    names = {str(path.relative_to(PACKAGE)) for path in paths}
    assert names == {"training/trainer.py", "metrics/psnr.py"}
