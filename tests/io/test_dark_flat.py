"""Dark frames and flat fields: corrected pixels and refused files."""

import cv2
import numpy as np
import pytest

from twostream import BadInput
from twostream.io import images
from twostream.io.dark_flat import DarkFlat

SHAPE = (60, 81)
HOT = [(0, 0), (20, 30), (20, 31), (21, 30), (59, 80)]


def camera(rng, white, dtype, channels):
    """Make a scene, its frame, a dark frame with hot pixels and a flat field, of one white."""
    shape = (*SHAPE, channels)
    scene = 0.2 + 0.3 * cv2.resize(rng.random((4, 5, channels)), SHAPE[::-1]).reshape(shape)
    y, x = (np.linspace(-1, 1, side) for side in SHAPE)
    vignette = (1 - 0.3 * (x[None] ** 2 + y[:, None] ** 2))[..., None] * np.linspace(
        0.5, 0.9, channels
    )
    dark = 0.03 + 0.001 * rng.normal(size=shape)
    for place in HOT:
        dark[place] = 0.6
    found = (dark, dark + 0.8 * vignette, dark + scene * vignette)
    kind = np.dtype(dtype).kind
    found = [np.rint(one * white) if kind == "u" else one * white for one in found]
    dark, flat, frame = (np.clip(one, 0, white).astype(dtype).squeeze() for one in found)
    return (scene * vignette.mean((0, 1)) * white).squeeze(), frame, dark, flat


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("white", "dtype", "name"),
    [(255, np.uint8, "png"), (65535, np.uint16, "tif"), (1, np.float32, "tif"), (9, "f4", "tif")],
)
def test_the_scene_comes_back_in_the_range_of_the_frame(
    tmp_path, rng, white, dtype, name, channels
):
    scene, frame, dark, flat = camera(rng, white, dtype, channels)
    for what, image in (("d", dark), ("f", flat)):
        images.write(tmp_path / f"{what}.{name}", image)
    found = DarkFlat(tmp_path / f"d.{name}", tmp_path / f"f.{name}").applied(frame)
    assert (found.shape, found.dtype) == (frame.shape, frame.dtype)
    limit = 3 if dtype == np.uint8 else 0.006 * white  # a filled corner is a guess
    assert np.abs(found - scene).max() < limit


def test_a_pixel_is_what_the_equation_says(tmp_path, rng):
    dark = rng.integers(0, 900, SHAPE).astype(np.uint16)
    flat = rng.integers(20000, 60000, SHAPE).astype(np.uint16)
    frame = rng.integers(0, 65536, SHAPE).astype(np.uint16)
    images.write(tmp_path / "d.png", dark)
    images.write(tmp_path / "f.png", flat)
    light = flat.astype(float) - dark
    expected = (frame.astype(float) - dark) * light.mean() / light
    found = DarkFlat(tmp_path / "d.png", tmp_path / "f.png").applied(frame)
    assert np.abs(found - np.clip(expected, 0, 65535)).max() < 0.51
    dark_only = DarkFlat(tmp_path / "d.png").applied(frame)
    np.testing.assert_array_equal(dark_only, np.maximum(frame.astype(int) - dark, 0))


def test_alpha_is_kept_and_gray_files_serve_colour_frames(tmp_path, rng):
    _, frame, dark, flat = camera(rng, 255, np.uint8, 1)
    images.write(tmp_path / "d.png", dark)
    images.write(tmp_path / "f.png", flat)
    correct = DarkFlat(tmp_path / "d.png", tmp_path / "f.png").applied
    colour = correct(np.dstack([frame] * 3 + [np.full(SHAPE, 77, np.uint8)]))
    for channel in range(3):
        np.testing.assert_array_equal(colour[..., channel], correct(frame))
    assert (colour[..., 3] == 77).all()


def test_a_dead_pixel_of_the_flat_field_is_filled(tmp_path):
    flat, frame = np.full(SHAPE, 200, np.uint8), np.full(SHAPE, 100, np.uint8)
    flat[10, 10] = frame[10, 10] = 3
    images.write(tmp_path / "f.png", flat)
    assert set(np.unique(DarkFlat(flat=tmp_path / "f.png").applied(frame))) <= {99, 100}


@pytest.mark.parametrize(
    ("dark", "flat", "message"),
    [
        (np.zeros((60, 80), np.uint8), np.ones(SHAPE, np.uint8), "81x60 pixels.*80x60 pixels"),
        (np.zeros(SHAPE, np.uint16), np.ones(SHAPE, np.uint8), "gray uint8.*gray uint16"),
        (np.full(SHAPE, 9, np.uint8), np.ones(SHAPE, np.uint8), "not brighter than the dark"),
        (None, np.zeros(SHAPE, np.uint8), "not brighter than"),
    ],
)
def test_files_that_do_not_fit_each_other_are_refused(tmp_path, dark, flat, message):
    for name, image in (("d.png", dark), ("f.png", flat)):
        if image is not None:
            images.write(tmp_path / name, image)
    with pytest.raises(BadInput, match=message):
        DarkFlat(dark is not None and tmp_path / "d.png", tmp_path / "f.png")


def test_a_photograph_is_no_dark_frame(tmp_path, rng):
    images.write(tmp_path / "d.png", rng.integers(0, 256, SHAPE).astype(np.uint8))
    with pytest.raises(BadInput, match=r"dark frame .*d.png is too bright"):
        DarkFlat(tmp_path / "d.png")
