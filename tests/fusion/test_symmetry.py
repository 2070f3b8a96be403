"""Symmetry of `select`: order of the frames, mirrored and turned frames, depth of the pixels."""

import numpy as np
import pytest
from cv2 import GaussianBlur
from skimage import data

from twostream.methods import method

fuse = method("select").fuse


@pytest.fixture(scope="module")
def stack():
    """Four frames, each sharp in another quarter."""
    photograph = data.astronaut()[60:260, 130:291].astype(np.float32)
    blurred = GaussianBlur(photograph, (0, 0), 3)
    noise = np.random.default_rng(0).normal(0, 0.6, (4, *photograph.shape))
    frames = [blurred + n for n in noise]
    for number, frame in enumerate(frames):
        columns = slice(40 * number, 40 * (number + 1) + 1)
        frame[:, columns] = photograph[:, columns]
    return [np.clip(np.rint(frame), 0, 255).astype(np.uint8) for frame in frames]


@pytest.mark.parametrize("count", [2, 4])
def test_exchanging_frames_changes_nothing(stack, count):
    np.testing.assert_array_equal(fuse(stack[:count]), fuse(stack[:count][::-1]))


@pytest.mark.parametrize(
    "move",
    [np.fliplr, np.flipud, np.rot90, lambda image: image.swapaxes(0, 1)],
    ids=["left-right", "up-down", "quarter", "transposed"],
)
def test_mirrored_or_turned_frames_give_the_same_mirrored_or_turned(stack, move):
    moved = fuse([np.ascontiguousarray(move(frame)) for frame in stack[:3]])
    np.testing.assert_array_equal(moved, move(fuse(stack[:3])))


def test_gray_frames_in_three_channels_give_the_gray_result(stack):
    gray = [frame[..., 1] for frame in stack]
    colour = fuse([np.repeat(frame[..., None], 3, axis=2) for frame in gray])
    np.testing.assert_array_equal(colour, np.repeat(fuse(gray)[..., None], 3, axis=2))


@pytest.mark.parametrize("count", [2, 4])
def test_8_bits_give_what_16_bits_give_within_a_level(stack, count):
    wide = fuse([frame.astype(np.uint16) * 257 for frame in stack[:count]])
    assert np.abs(fuse(stack[:count]) - wide / 257).max() <= 1


@pytest.mark.parametrize("dtype", [np.uint32, np.uint64, np.float16, np.float64])
def test_any_type_can_be_turned(stack, dtype):
    turned = fuse([np.rot90(frame).astype(dtype) for frame in stack[:2]])
    np.testing.assert_array_equal(turned, np.rot90(fuse([f.astype(dtype) for f in stack[:2]])))
