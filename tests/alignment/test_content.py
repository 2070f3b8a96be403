import cv2
import numpy as np
import pytest

import twostream
from twostream.alignment.content import content_of
from twostream.alignment.registered import RegisteredFrames
from twostream.fusion.frames import Frames

HEIGHT, WIDTH = 90, 120
MIDDLE = (WIDTH / 2, HEIGHT / 2)
MOVES = {
    "turn": cv2.getRotationMatrix2D(MIDDLE, 4, 1),
    "small turn": cv2.getRotationMatrix2D(MIDDLE, -1.5, 1),
    "shift": np.float64([[1, 0, 5], [0, 1, -3]]),
    "one pixel": np.float64([[1, 0, 1], [0, 1, 0]]),
    "smaller": cv2.getRotationMatrix2D(MIDDLE, 0, 0.9),
    "smaller and turned": cv2.getRotationMatrix2D((50, 40), 2, 0.93),
}


def scene(rng, channels=3, dtype=np.uint8):
    smooth = cv2.resize(rng.uniform(0.2, 1, (30, 40, channels)), (WIDTH, HEIGHT))
    return (smooth.reshape(HEIGHT, WIDTH, channels) * np.iinfo(dtype).max).astype(dtype)


def shown(move):
    """Which pixels a moved frame shows."""
    whole = np.ones((HEIGHT, WIDTH), np.uint8)
    return cv2.warpAffine(whole, MOVES[move], (WIDTH, HEIGHT), flags=cv2.INTER_NEAREST) > 0


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize(("channels", "dtype"), [(1, np.uint8), (3, np.uint16)])
def test_black_wedges_have_no_content(rng, move, channels, dtype):
    there = shown(move)
    found = content_of(scene(rng, channels, dtype) * there[..., None].astype(dtype))
    assert (found != there).mean() < 1e-3  # short lines in corners are left


def darkened(kind):
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    return {
        "gradual": np.clip(x / 20 - 0.5, 0, 1),
        "round": (np.hypot(x - 60, y - 45) < 44).astype(np.float32),
        "wavy": (x > 12 + 6 * np.sin(y / 5)).astype(np.float32),
        "inside": 1 - ((x > 30) & (x < 60) & (y > 20) & (y < 50)),
        "nearly black": np.where(x < 9, 0.006, 1),
        "few pixels": 1 - ((x < 5) & (y < 2)),
    }[kind]


@pytest.mark.parametrize(
    "kind", ["gradual", "round", "wavy", "inside", "nearly black", "few pixels"]
)
def test_dark_pixels_of_the_scene_have_content(rng, kind):
    image = (scene(rng) * darkened(kind)[..., None]).astype(np.uint8)
    assert (image.max(axis=2) < 2).sum() > 4
    assert content_of(image) is None


def test_black_frames_have_content():
    assert content_of(np.zeros((HEIGHT, WIDTH, 3), np.uint8)) is None


@pytest.mark.parametrize("method", ["select", "two_stream", "laplacian_pyramid", "average"])
@pytest.mark.parametrize("move", ["turn", "smaller"])
def test_no_black_where_a_frame_has_content(rng, method, move):
    image, there = scene(rng), shown(move)
    black = (image * there[..., None]).astype(np.uint8)
    for frames in ([black, image], [image, image, black]):
        fused = twostream.fuse(frames, method)
        reference = twostream.fuse([image] * len(frames), method)
        np.testing.assert_allclose(fused.astype(int), reference, atol=2)


def test_pixels_that_no_frame_has_stay(rng):
    black = (scene(rng) * shown("shift")[..., None]).astype(np.uint8)
    np.testing.assert_array_equal(twostream.fuse([black, black]), black)


def test_a_decision_map_names_frames_with_content(rng):
    image = scene(rng)
    frames = [(image * shown(move)[..., None]).astype(np.uint8) for move in ("turn", "shift")]
    registered = RegisteredFrames(Frames([*frames, image]))
    settled = registered.settled(np.zeros((HEIGHT, WIDTH), np.uint16))
    for number, move in enumerate(("turn", "shift")):
        assert shown(move)[settled == number].all()
    assert set(np.unique(settled)) == {0, 1, 2}
    np.testing.assert_array_equal(registered[0][settled == 2], image[settled == 2])


def test_frames_are_extended_before_they_are_warped(rng):
    """Nothing of a black wedge reaches the pixels beside it."""
    image, there = np.full((HEIGHT, WIDTH, 3), 200, np.uint8), shown("turn")
    half = np.float64([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    black = (image * there[..., None]).astype(np.uint8)
    frames = RegisteredFrames(Frames([black, black]), [half, half])
    assert (frames[0] == 200).all()


@pytest.mark.parametrize("blends", [False, True])
def test_pixels_beside_a_wedge_are_taken_unless_it_is_blended_with_them(rng, blends):
    sharp = scene(rng)
    share = cv2.warpAffine(np.ones((HEIGHT, WIDTH), np.float32), MOVES["turn"], (WIDTH, HEIGHT))
    share = share if blends else np.float32(share > 0.5)
    wedged = np.rint(sharp * share[..., None]).astype(np.uint8)
    frames = RegisteredFrames(Frames([wedged, cv2.blur(sharp, (9, 9))]))
    settled = frames.settled(np.zeros(share.shape, np.uint16))
    there = wedged.any(axis=2)
    assert (settled[~there] == 1).mean() > 0.98
    assert (settled[there] == 1).any() == blends
    assert share[settled == 0].mean() > 0.99
