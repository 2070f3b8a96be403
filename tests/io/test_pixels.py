import numpy as np
import pytest

from twostream.io import pixels


def test_luma_is_bt_601(rng):
    image = rng.random((7, 9, 3), dtype=np.float32)
    expected = image @ np.array([0.299, 0.587, 0.114])
    for view, luma in ((image, expected), (image[:, ::-1], expected[:, ::-1])):
        assert pixels.luma(view).dtype == np.float32
        np.testing.assert_allclose(pixels.luma(view), luma, atol=1e-6)
    assert pixels.luma(np.ones((4, 5, 3), np.float32)).max() == 1
    np.testing.assert_array_equal(pixels.luma(image[..., :1]), image[..., 0])
    four = pixels.with_gray(image)
    assert four.dtype == np.float32
    np.testing.assert_array_equal(four, np.dstack([image, pixels.luma(image)]))


@pytest.mark.parametrize(
    ("dtype", "brightest", "white"),
    [("uint8", 3, 255), ("uint16", 3, 65535), ("float32", 0.2, 1), ("float64", 1.75, 1.75)],
)
def test_white_is_the_types_maximum_or_the_brightest_float(dtype, brightest, white):
    dark, light = np.zeros((2, 2), dtype), np.full((2, 2), brightest, dtype)
    assert pixels.white_level([dark, light]) == pixels.white_level([light, dark]) == white


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_every_level_passes_through_the_unit_range(dtype):
    white = np.iinfo(dtype).max
    levels = np.arange(white + 1).astype(dtype)
    unit = pixels.to_unit(levels, white)
    assert unit.dtype == np.float32
    assert (unit.min(), unit.max()) == (0, 1)
    back = pixels.from_unit(unit, white, dtype)
    assert back.dtype == dtype
    np.testing.assert_array_equal(back, levels)
    unit = np.array([-0.1, 0.4 / white, 0.6 / white, 1.2], np.float32)  # rounded and clipped
    np.testing.assert_array_equal(pixels.from_unit(unit, white, dtype), [0, 0, 1, white])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_estimates_beyond_the_range_of_a_type_are_clipped(dtype):
    white = np.iinfo(dtype).max
    scale = pixels.Scale.of([(0, 65535)])
    unit = scale.to_unit(np.array([0, white], dtype)) + np.float32([-0.1, 0.1])
    np.testing.assert_array_equal(scale.from_unit(unit, dtype), [0, white])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats_are_scaled_and_not_clipped(dtype):
    image = np.array([-0.5, 0.25, 4], dtype)
    unit = pixels.to_unit(image, 4)
    np.testing.assert_array_equal(unit, np.float32([-0.125, 0.0625, 1]))
    back = pixels.from_unit(unit, 4, dtype)
    assert back.dtype == dtype
    np.testing.assert_array_equal(back, image)


@pytest.mark.parametrize(
    ("image", "white", "shown"),
    [
        (np.uint8([0, 7, 255]), None, [0, 7, 255]),
        (np.uint16([0, 257 * 7, 65535]), None, [0, 7, 255]),
        (np.float32([0, 0.2, 1]), None, [0, 51, 255]),
        (np.float32([0, 1, 5]), 2, [0, 128, 255]),
    ],
)
def test_any_picture_is_shown_in_eight_bits(image, white, shown):
    found = pixels.eight_bit(image[None], white)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, [shown])
