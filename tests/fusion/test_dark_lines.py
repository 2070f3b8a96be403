import operator

import cv2
import numpy as np
import pytest

import twostream
from twostream.evaluation.demo import SCENES, scene_pair
from twostream.fusion.dark_lines import without_dark_lines

SIDES = {
    "top": (slice(0, 1), slice(None)),
    "bottom": (slice(-1, None), slice(None)),
    "left": (slice(None), slice(0, 1)),
    "right": (slice(None), slice(-1, None)),
}


@pytest.fixture
def sharp(rng):
    """A scene of fine detail, H x W x 1."""
    noise = cv2.GaussianBlur(rng.random((60, 80)), (0, 0), 1)
    return (255 * cv2.normalize(noise, None, 0.2, 0.9, cv2.NORM_MINMAX)).astype(np.uint8)[..., None]


def blurred(picture):
    return cv2.GaussianBlur(picture, (0, 0), 2).reshape(picture.shape)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("channels", [1, 3])
def test_a_dark_line_of_one_source_is_filled_from_inside(sharp, side, channels):
    sharp = np.repeat(sharp, channels, axis=2)
    sources = [sharp, blurred(sharp).copy()]
    whole = sources[1].copy()
    sources[1][SIDES[side]] = 0
    before = sources[1].copy()
    first, second = without_dark_lines(sources)
    assert first is sharp
    np.testing.assert_array_equal(sources[1], before)
    np.testing.assert_array_equal(second[1:-1, 1:-1], whole[1:-1, 1:-1])
    assert np.abs(second.astype(int) - whole).max() < 60
    assert second[SIDES[side]].min() > 30


def test_the_line_beside_it_is_filled_too_if_it_is_mixed_with_it(sharp):
    other = blurred(sharp).copy()
    other[0], other[1] = 0, other[1] * 0.6
    _, filled = without_dark_lines([sharp, other])
    np.testing.assert_array_equal(filled[0], other[2])
    np.testing.assert_array_equal(filled[1], other[2])
    np.testing.assert_array_equal(filled[2:], other[2:])


def test_whole_pictures_and_what_is_dark_in_all_sources_stay(sharp):
    whole = [[sharp, (blurred(sharp) * exposure).astype(np.uint8)] for exposure in (1.0, 0.3)]
    dark = [sharp.copy(), blurred(sharp).copy()]
    for source in dark:
        source[:, -1] = 0
    for sources in (*whole, dark):
        assert all(map(operator.is_, without_dark_lines(sources), sources))


@pytest.mark.parametrize("side", SIDES)
def test_select_does_not_take_a_dark_line_for_detail(sharp, side):
    """The dark line is in the source that is out of focus."""
    other = blurred(sharp).copy()
    other[SIDES[side]] = 0
    fused = twostream.fuse([sharp[..., 0], other[..., 0]], weights="fast")
    assert np.abs(fused.astype(int) - sharp[..., 0])[SIDES[side]].mean() < 12


def test_select_copies_a_scene_that_is_really_dark_at_its_frame():
    """The outermost column of the coins falls to black; out of focus it is less dark."""
    (coins,) = (scene for scene in SCENES if scene.name == "coins")
    a, b, clean = scene_pair(coins)
    differ = np.abs(twostream.fuse([a, b]).astype(int) - clean)[:, -1]
    assert (b[:, -1] - clean[:, -1].astype(int)).max() > 50
    assert (differ > 0).mean() < 0.05
