"""PSNR and SSIM of all channels, against plain formulas."""

import math

import numpy as np
import pytest

from twostream.metrics import psnr, psnr_rgb, ssim, ssim_rgb


@pytest.fixture
def pictures(rng):
    return [rng.integers(0, 256, (24, 30, 3)).astype(np.uint8) for _ in "ab"]


def test_colour_that_luma_does_not_see():
    truth = np.full((12, 12, 3), 100, np.uint8)
    fused = truth + np.array([0, 0, 4], np.uint8)  # 0.114 * 4 rounds to no level
    assert psnr(truth, fused) == math.inf
    assert psnr_rgb(truth, fused) == pytest.approx(10 * math.log10(255**2 / (16 / 3)))
    assert ssim(truth, fused) == 1 > ssim_rgb(truth, fused)


def test_channels_count_alike_and_only_the_region(pictures):
    truth, fused = pictures
    channels = [ssim(truth[..., c], fused[..., c]) for c in range(3)]
    assert ssim_rgb(truth, fused) == pytest.approx(np.mean(channels), rel=1e-9)
    region = np.zeros(truth.shape[:2], bool)
    region[3:9, 4:11] = True
    expected = psnr_rgb(truth[3:9, 4:11], fused[3:9, 4:11])
    assert psnr_rgb(truth, fused, region) == pytest.approx(expected, rel=1e-12)
    mended = np.where(region[..., None], truth, fused)
    assert psnr_rgb(truth, mended, region) == math.inf
    assert ssim_rgb(truth, mended, region) > ssim_rgb(truth, mended, ~region)


def test_gray_is_what_the_metrics_of_luma_say(rng):
    truth, fused = (rng.integers(0, 256, (24, 30)).astype(np.uint8) for _ in "ab")
    assert psnr_rgb(truth, fused) == pytest.approx(psnr(truth, fused), rel=1e-12)
    assert ssim_rgb(truth, fused) == pytest.approx(ssim(truth, fused), rel=1e-9)
    assert psnr_rgb(np.dstack([truth] * 3), fused) == psnr_rgb(truth, fused)
