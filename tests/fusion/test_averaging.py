"""Averaging of frames that agree, and the noise of a stack."""

import numpy as np
import pytest

from twostream.fusion.averaging import Noise, average
from twostream.fusion.select import LUMA, luma16
from twostream.io.pixels import Scale
from twostream.methods import method

SCALE = Scale(0, 65535)


@pytest.fixture
def scene(rng):
    """A picture, the same out of focus, and their textured half: H x W x 3, float32."""
    from cv2 import GaussianBlur

    sharp = np.full((96, 128, 3), 100, np.float32)
    sharp[:, :64] += GaussianBlur(rng.normal(0, 60, (96, 64, 3)).astype(np.float32), (0, 0), 0.8)
    return sharp, GaussianBlur(sharp, (0, 0), 3)


def _with_noise(picture, sigma, rng):
    return np.clip(np.rint(picture + rng.normal(0, sigma, picture.shape)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("sigma", [1.0, 4.0, 10.0])
def test_noise_is_measured_where_a_frame_is_blurred(scene, sigma, rng):
    noise = Noise()
    for picture in scene:
        noise.add(luma16(_with_noise(picture, sigma, rng), SCALE), LUMA)
    of_luma = sigma * np.linalg.norm([0.299, 0.587, 0.114]) / 255
    assert 0.7 * of_luma < noise.variance**0.5 < 1.1 * of_luma


def test_a_stack_without_noise_has_none(scene):
    noise = Noise()
    for picture in scene:
        noise.add(luma16(np.rint(picture).astype(np.uint8), SCALE), LUMA)
    assert noise.variance == 0


def test_equal_frames_are_averaged_and_blurred_ones_are_not(scene, rng):
    sharp, blurred = scene
    frames = [_with_noise(p, 4, rng) for p in (sharp, sharp, blurred)]
    variance = (4 * np.linalg.norm([0.299, 0.587, 0.114]) / 255) ** 2
    picture = frames[0].copy()
    average(picture, frames, SCALE, variance)
    error = picture - sharp
    textured, flat = error[8:-8, 12:52].std(), error[8:-8, 76:-12].std()
    assert textured < 4 * 0.8, "two frames of three are averaged"
    assert flat < 4 * 0.68, "where nothing has texture all three are"


def test_select_averages_equally_sharp_frames(rng):
    truth = np.full((120, 160, 3), 120.0)
    frames = [_with_noise(truth, 6, rng) for _ in range(6)]
    assert np.std(method("select").fuse(frames) - truth) < 6 / 2
