from dataclasses import replace

import cv2
import numpy as np
import pytest

from twostream.data.patches import FLOOR, Recipe, _corners, example, patches, relative_weights
from twostream.data.photograph import Photograph
from twostream.errors import BadInput
from twostream.io.pixels import luma

RECIPE = Recipe(name="paper", patch=16, per_pair=24)


@pytest.fixture
def photograph(tmp_path, rng):
    """A colour photograph with a small object in its lower right corner."""
    pixels = rng.integers(0, 256, (50, 70, 3), dtype=np.uint8)
    mask = np.zeros((50, 70), np.uint8)
    mask[40:48, 55:66] = 255
    cv2.imwrite(str(tmp_path / "a.png"), pixels)
    cv2.imwrite(str(tmp_path / "mask.png"), mask)
    return Photograph("a", str(tmp_path / "a.png"), mask=str(tmp_path / "mask.png"))


def windows(image, side):
    """Map the bytes of every window of an H x W x C image to its top left corner."""
    height, width = image.shape[:2]
    return {
        image[y : y + side, x : x + side].tobytes(): (y, x)
        for y in range(height - side + 1)
        for x in range(width - side + 1)
    }


@pytest.mark.parametrize("name", ["paper", "robust"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_patches_have_the_shape_and_range_asked_for(photograph, name, channels):
    asked = replace(RECIPE, name=name, channels=channels)
    stack = patches(photograph, 0, asked)
    assert (stack.dtype, stack.shape) == (np.float32, (3, 24, channels, 16, 16))
    assert 0 <= stack.min() <= stack.max() <= 1


def test_patches_are_windows_that_touch_the_object(photograph):
    asked = replace(RECIPE, channels=3)
    a, b, clean, region, _ = example(photograph, 0, asked)
    where = windows(clean, 16)
    found = set()
    for patch_a, patch_b, patch in zip(*patches(photograph, 0, asked).transpose(0, 1, 3, 4, 2)):
        y, x = where[np.ascontiguousarray(patch).tobytes()]
        window = slice(y, y + 16), slice(x, x + 16)
        np.testing.assert_array_equal(patch_a, a[window])
        np.testing.assert_array_equal(patch_b, b[window])
        assert region[window].any()
        found.add((y, x))
    assert len(found) > 12


@pytest.mark.parametrize("pixel", [(0, 0), (0, 29), (19, 0), (19, 29), (9, 14), (15, 15)])
def test_corners_are_all_those_that_touch_the_object(pixel, rng):
    region = np.zeros((20, 30), bool)
    region[pixel] = True
    touching = [[region[y : y + 6, x : x + 6].any() for x in range(25)] for y in range(15)]
    drawn = _corners(region, 6, 2000, rng)
    assert {tuple(corner) for corner in drawn} == {*map(tuple, np.argwhere(touching))}
    np.testing.assert_array_equal(_corners(np.eye(6, dtype=bool), 6, 3, rng), np.zeros((3, 2)))


def test_four_channels_are_red_green_blue_and_luma(photograph):
    a, b, clean = patches(photograph, 0, replace(RECIPE, channels=4))
    three = patches(photograph, 0, replace(RECIPE, channels=3))
    for four, rgb in zip((a, b, clean), three):
        np.testing.assert_array_equal(four[:, :3], rgb)
        for patch in four:
            gray = luma(patch[:3].transpose(1, 2, 0))
            np.testing.assert_allclose(patch[3], gray, atol=1e-6)


@pytest.mark.parametrize(("planes", "expected"), [("rgb+gray", {0, 1, 2, 3}), ("gray", {3})])
def test_one_channel_is_a_plane_drawn_for_each_patch(photograph, planes, expected):
    asked = replace(RECIPE, planes=planes, per_pair=60)
    _, _, clean, _, _ = example(photograph, 0, asked)
    four = np.dstack([clean, luma(clean)])
    plane_of = {}
    for plane in range(4):
        plane_of.update(dict.fromkeys(windows(four[..., plane], 16), plane))
    found = [plane_of[patch.tobytes()] for patch in patches(photograph, 0, asked)[2]]
    assert set(found) == expected
    if len(expected) > 1:
        assert min(np.bincount(found)) > 5


def test_all_three_of_a_patch_are_of_one_plane(photograph):
    """Outside the object, A equals the clean picture, so the planes can be compared there."""
    stack = patches(photograph, 0, RECIPE)
    equal = (stack[0] == stack[2]).mean(axis=(1, 2, 3)), (stack[1] == stack[2]).mean(axis=(1, 2, 3))
    assert (equal[0] + equal[1] >= 1).all()


def test_randomness_follows_from_seed_name_and_draw(photograph):
    stack = patches(photograph, 0, RECIPE)
    np.testing.assert_array_equal(patches(photograph, 0, RECIPE), stack)
    other, seeded = replace(photograph, name="b"), replace(RECIPE, seed=1)
    for drawn in ((photograph, 1, RECIPE), (photograph, 0, seeded), (other, 0, RECIPE)):
        assert not np.array_equal(patches(*drawn), stack)


def test_gray_photograph_gives_equal_planes(tmp_path, rng):
    path = tmp_path / "gray.png"
    cv2.imwrite(str(path), rng.integers(0, 256, (30, 40), dtype=np.uint8))
    four = patches(Photograph("gray", str(path)), 0, replace(RECIPE, channels=4))
    for plane in range(1, 4):
        np.testing.assert_allclose(four[:, :, plane], four[:, :, 0], atol=1e-6)


def test_photograph_smaller_than_a_patch_is_bad_input(photograph):
    with pytest.raises(BadInput, match=r"a\.png is smaller than a patch of 51 pixels\."):
        patches(photograph, 0, replace(RECIPE, patch=51))
    assert patches(photograph, 0, replace(RECIPE, patch=50)).shape[-2:] == (50, 50)


def test_relative_weights_undo_the_scale_of_errors(rng):
    """The weighted error of the average is the same on patches with errors of different size."""
    clean = rng.random((2, 1, 16, 16)).astype(np.float32)
    shift = np.array([0.4, 0.04], np.float32)[:, None, None, None]
    a, b = clean + 3 * shift, clean - shift  # their average is off by `shift`
    weights = relative_weights(a, b, clean)
    assert weights.shape == clean.shape
    assert weights.dtype == np.float32
    errors = ((weights * ((a + b) / 2 - clean)) ** 2).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(errors, FLOOR, rtol=0.07)  # the floor itself counts a little
    np.testing.assert_array_equal(relative_weights(clean, clean, clean), 1)
