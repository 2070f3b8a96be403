import cv2
import numpy as np
import pytest
from PIL import Image
from run_tool import run_tool

import twostream as ts
from twostream.io import images

HEIGHT, WIDTH = 64, 96


@pytest.fixture
def pair(rng):
    """Two frames, each in focus on one side, and a mask of an object."""
    sharp = cv2.resize(rng.integers(0, 255, (32, 48, 3)).astype(np.uint8), (WIDTH, HEIGHT))
    soft, left = cv2.GaussianBlur(sharp, (0, 0), 3), np.arange(WIDTH)[:, None] < WIDTH // 2
    alpha = cv2.ellipse(np.zeros((HEIGHT, WIDTH), np.uint8), (48, 32), (40, 25), 0, 0, 360, 255, -1)
    return np.where(left, sharp, soft), np.where(left, soft, sharp), alpha


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("method", ["select", "two_stream", "average"])
def test_alpha_of_arrays_is_fused(pair, channels, method):
    *frames, alpha = pair
    frames = [frame if channels == 3 else frame[..., 1] for frame in frames]
    cut = [np.dstack([frame, alpha]) for frame in frames]
    plain, fused = ts.fuse(frames, method), ts.fuse(cut, method)
    assert fused.shape == (HEIGHT, WIDTH, channels + 1)
    np.testing.assert_array_equal(fused[..., -1], alpha)
    np.testing.assert_array_equal(fused[..., :-1].reshape(plain.shape), plain)
    stacked = ts.stack(cut, method=method, align="none")
    np.testing.assert_array_equal(stacked.image, fused)
    assert "with alpha uint8" in stacked.summary


def test_alpha_follows_the_decision_map(pair):
    *frames, alpha = pair
    alphas = [np.full_like(alpha, 200), np.full_like(alpha, 100)]
    result = ts.stack([np.dstack(both) for both in zip(frames, alphas)], align="none")
    assert result.focus_map is not None
    np.testing.assert_array_equal(result.image[..., 3], np.choose(result.focus_map, alphas))


@pytest.mark.parametrize("method", ["select", "laplacian_pyramid"])
def test_transparent_pixels_come_from_opaque_frames(pair, method):
    sharp, soft, alpha = pair
    cut = np.dstack([np.where(alpha[..., None] > 0, sharp, np.uint8(7)), alpha])
    fused = ts.fuse([cut, soft], method)
    assert (fused[..., 3] == 255).all()
    beyond = cv2.dilate(alpha, np.ones((9, 9))) == 0
    np.testing.assert_allclose(fused[beyond][:, :3].astype(int), soft[beyond], atol=12)
    assert (fused[2:6, 2:6, :3] != 7).any()


def test_pillow_images_with_alpha(pair):
    a, b, alpha = (Image.fromarray(one) for one in pair)
    a.putalpha(alpha)
    b.putalpha(alpha)
    assert ts.fuse([a, b]).shape == (HEIGHT, WIDTH, 4)
    assert ts.fuse([a.quantize(64), b]).shape == (HEIGHT, WIDTH, 4)


@pytest.mark.parametrize(("suffix", "kept"), [("png", True), ("tif", True), ("jpg", False)])
def test_alpha_is_written_or_said_to_be_dropped(tmp_path, pair, suffix, kept):
    *frames, alpha = pair
    for name, frame in zip(("a.png", "b.tif"), frames):
        images.write(tmp_path / name, np.dstack([frame, alpha]))
    out = tmp_path / f"out.{suffix}"
    said = run_tool("fuse", tmp_path / "a.png", tmp_path / "b.tif", "-o", out).stdout
    assert ("Alpha is dropped" in said) != kept
    found = images.read(out, alpha=True)
    assert found.shape == (HEIGHT, WIDTH, 4 if kept else 3)
    if kept:
        np.testing.assert_array_equal(found[..., 3], alpha)
