import cv2
import numpy as np
import pytest
from ramp_stack import ramp_stack

from twostream.depth.depth_map import Peak, depth_map
from twostream.io.pixels import Scale

EIGHT_BITS = Scale(0, 255)


def object_before_a_wall(rng, near, far, count):
    """Draw frames, H x W x 1, of a smooth object before a textured wall, and their depth."""
    depth = np.full((120, 160), far, np.uint16)
    depth[40:80, 50:110] = near
    matte = (depth == near).astype(np.float32)
    wall = 90 + cv2.GaussianBlur(rng.normal(0, 80, depth.shape).astype(np.float32), (0, 0), 1)
    frames = []
    for k in range(count):
        front, back = (1.5 * abs(d - k) + 0.3 for d in (near, far))
        cover = cv2.GaussianBlur(matte, (0, 0), front)
        picture = 240 * cover + (1 - cover) * cv2.GaussianBlur(wall, (0, 0), back)
        frames.append(np.clip(picture, 0, 255).astype(np.uint8)[..., None])
    sharp = np.where(matte > 0, 240, np.clip(wall, 0, 255)).astype(np.uint8)[..., None]
    return frames, depth, sharp


def test_depth_is_finer_than_frames():
    frames, truth = ramp_stack(8)
    source = np.clip(np.rint(truth), 0, 7).astype(np.uint16)
    found = depth_map(source, frames, frames[0], Scale(0, 65535))
    assert found.dtype == np.float32
    inside = (truth > 0.5) & (truth < 6.5)
    error = np.abs(found - truth)[inside].mean()
    assert error < 0.6 * np.abs(source - truth)[inside].mean()
    assert found.min() >= 0
    assert found.max() <= 7


@pytest.mark.parametrize(("near", "far"), [(4, 0), (0, 4), (3, 1)])
def test_a_smooth_object_is_filled_up_to_its_outline(rng, near, far):
    """Of the object only the outline has texture; the decision map is 8 pixels too wide."""
    frames, depth, sharp = object_before_a_wall(rng, near, far, 5)
    wide = cv2.dilate if near > far else cv2.erode
    source = wide(depth, np.ones((17, 17), np.uint8))
    found = depth_map(source, frames, sharp, EIGHT_BITS)
    assert np.mean(np.abs(source - depth.astype(float)) < 0.5) < 0.92
    assert np.mean(np.abs(found - depth) < 0.5) > 0.95


@pytest.mark.parametrize("most", [20_000, 6_000])
def test_large_pictures_are_compared_at_a_smaller_size(monkeypatch, most):
    frames, truth = ramp_stack(6, (97, 501))
    source = np.clip(np.rint(truth), 0, 5).astype(np.uint16)
    monkeypatch.setattr("twostream.depth.depth_map.MOST", most)
    found = depth_map(source, frames, frames[0], EIGHT_BITS)
    assert found.shape == truth.shape
    assert np.mean(np.abs(found - truth) < 0.7) > 0.95


def test_a_picture_without_texture_keeps_the_decision():
    flat, source = np.full((40, 40, 1), 90, np.uint8), np.ones((40, 40), np.uint16)
    found = depth_map(source, [flat] * 3, flat, EIGHT_BITS)
    np.testing.assert_allclose(found, 1, atol=0.01)


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 9, 3), (7, 2, 3)])
def test_tiny_pictures_of_two_frames(rng, shape):
    frames = rng.integers(0, 256, (2, *shape)).astype(np.uint8)
    found = depth_map(np.zeros(shape[:2], np.uint16), frames, frames[0], EIGHT_BITS)
    assert found.shape == shape[:2]
    assert set(np.unique(found)) <= {0, 1}


def test_gray_frames_as_colour_have_the_same_depth():
    frames, truth = ramp_stack(4, (40, 90))
    source = np.clip(np.rint(truth), 0, 3).astype(np.uint16)
    gray = depth_map(source, frames, frames[1], EIGHT_BITS)
    colour = depth_map(
        source, [np.dstack([f] * 3) for f in frames], np.dstack([frames[1]] * 3), EIGHT_BITS
    )
    np.testing.assert_allclose(colour, gray, atol=0.02)


def test_the_peak_is_that_of_the_parabola():
    values = np.exp([-4.0, -1.0, -0.3, -0.9, -4.0])
    peak = Peak()
    for value in values:
        peak.add(np.full((2, 3), value, np.float32))
    fit = np.polyfit([1, 2, 3], np.log(values[1:4]), 2)
    np.testing.assert_allclose(peak.place, -fit[1] / (2 * fit[0]), rtol=1e-5)
    rising = Peak()
    for value in (1, 2, 3):
        rising.add(np.full((2, 3), value, np.float32))
    np.testing.assert_array_equal(rising.place, 2)
