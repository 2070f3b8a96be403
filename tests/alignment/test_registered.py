import cv2
import numpy as np
import pytest

from twostream.alignment.registered import RegisteredFrames
from twostream.alignment.warping import warped
from twostream.fusion.frames import Frames
from twostream.io import images
from twostream.io.frame_files import list_frames

SHIFT = np.array([[1, 0, 2.0], [0, 1, 3.0], [0, 0, 1]])
"""Of a frame in which the scene lies 2 pixels further right and 3 further down."""


def picture(rng, dtype=np.uint8, channels=3):
    smooth = cv2.resize(rng.random((8, 10, channels)), (60, 50)).reshape(50, 60, channels)
    return (smooth * (1 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max)).astype(dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64, np.float16])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_whole_shift_moves_pixels_as_they_are(rng, dtype, channels):
    a = picture(rng, dtype, channels)
    read = a if channels == 3 else a[..., 0]
    frames = RegisteredFrames(Frames([read, read]), [np.eye(3), SHIFT], crop=(5, 6, 30, 40))
    assert (frames.shape, frames.dtype, len(frames)) == ((30, 40, channels), dtype, 2)
    first, second = frames
    assert second.dtype == dtype
    np.testing.assert_array_equal(first, a[5:35, 6:46])
    np.testing.assert_array_equal(second, a[8:38, 8:48])


def test_what_a_frame_does_not_show_is_taken_from_one_that_is_not_moved(rng):
    a, other, b = picture(rng), picture(rng), picture(rng)
    frames = RegisteredFrames(Frames([a, other, b]), [SHIFT, SHIFT, np.eye(3)])
    np.testing.assert_array_equal(frames[0][:-3, :-2], a[3:, 2:])
    np.testing.assert_array_equal(frames[0][-3:], b[-3:])
    np.testing.assert_array_equal(frames[0][:, -2:], b[:, -2:])
    np.testing.assert_array_equal(frames[2], b)


def test_where_all_frames_are_moved_their_outermost_pixels_go_on(rng):
    a = picture(rng)
    moved = RegisteredFrames(Frames([a, a]), [SHIFT, SHIFT])[0]
    np.testing.assert_array_equal(moved[:-3, :-2], a[3:, 2:])
    np.testing.assert_array_equal(moved[-3:, :-2], np.repeat(a[-1:, 2:], 3, axis=0))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_overshoot_is_clipped(dtype):
    white = 1 if dtype == np.float32 else np.iinfo(dtype).max
    step = np.zeros((40, 40, 1), dtype)
    step[:, 20:] = white
    half = np.array([[1, 0, 0.5], [0, 1, 0.0], [0, 0, 1]])
    moved = warped(step, half, (0, 0, 40, 40))
    assert moved[:, :17].max() <= 0.02 * white
    assert moved[:, 23:].min() >= 0.98 * white
    assert moved.max() == white


def test_gains_are_of_channels_and_stop_at_white():
    gray = np.full((4, 5, 3), 100, np.uint8)
    frames = RegisteredFrames(Frames([gray, gray]), gains=[[1, 1, 1], [0.5, 1.004, 3]])
    np.testing.assert_array_equal(frames[0], gray)
    np.testing.assert_array_equal(frames[1], np.broadcast_to(np.uint8([50, 100, 255]), gray.shape))


def test_files_arrays_and_pages_are_read_by_one_reader(tmp_path, rng):
    a, b = picture(rng), picture(rng)
    paths = [tmp_path / name for name in ("a.png", "b.png")]
    for path, image in zip(paths, (a, b)):
        images.write(path, image)
    for sources in (paths, list(map(str, paths)), list_frames(paths)):
        frames = RegisteredFrames(Frames(sources))
        np.testing.assert_array_equal(frames[1], b)
        assert frames.name(1) == str(paths[1])
    assert Frames([a, b]).name(1) == "frame 2"


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_levelled_pixels_are_rounded_and_clipped(dtype):
    top = np.iinfo(dtype).max
    frame = np.array([[99, 101, 1, 0, top - 1, top]], dtype)
    frames = RegisteredFrames(Frames([frame, frame]), gains=[[1.07], [0.5]])
    assert frames[0][0, :, 0].tolist() == [106, 108, 1, 0, top, top]  # 105.93 and 108.07
    assert frames[1][0, :, 0].tolist()[:2] == [50, 50]  # halves to the even number
