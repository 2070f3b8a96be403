import cv2
import numpy as np
import pytest
from skimage import data

from twostream.alignment.registered import RegisteredFrames, register
from twostream.fusion.frames import Frames

HEIGHT, WIDTH = 160, 224


def texture(rng, shape=(HEIGHT, WIDTH + 40)):
    return cv2.resize(rng.random((shape[0] // 4, shape[1] // 4, 3)), shape[::-1]) * 200 + 20


def seen(far, near, step, size=3):
    """Show a near square before a far scene, which moves half as much, out of focus or not."""
    picture = cv2.GaussianBlur(far, (0, 0), 1.2 if size % 2 else 0.3)[
        :, 20 + step : 20 + step + WIDTH
    ]
    picture = picture.copy()
    left = 80 - 3 * step
    picture[50:110, left : left + 70] = near[50:110, :70]
    return np.rint(picture).astype(np.uint8)


@pytest.fixture
def stack(rng):
    far, near = texture(rng), texture(rng)
    return [seen(far, near, step, step) for step in (-2, -1, 0, 1, 2)]


def error(image, truth):
    inside = (slice(12, -12),) * 2
    return np.abs(image[inside].astype(float) - truth[inside]).mean()


@pytest.mark.parametrize(("model", "turns"), [("local", 0), ("auto", 0), ("local", 1)])
def test_flow_undoes_parallax_that_no_transform_can(stack, model, turns):
    stack = [np.ascontiguousarray(np.rot90(frame, turns)) for frame in stack]
    frames, _ = register(Frames(stack), "similarity", keep_frame=True)
    flows, alignment = register(Frames(stack), model, keep_frame=True)
    assert alignment.is_local
    for number in (0, 1, 3, 4):
        assert error(flows[number], stack[2]) < 0.1 * error(frames[number], stack[2])


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee", "rocket"])
@pytest.mark.parametrize("sigma", [0.8, 2, 5])
def test_registered_frames_are_left_as_they_are(name, sigma):
    sharp = getattr(data, name)()[40:260, 60:360]
    blurred = cv2.GaussianBlur(sharp, (0, 0), sigma)
    near = np.hypot(*np.ogrid[-110:110, -150:150])[..., None] < 80
    pair = [np.where(near, *both) for both in ((sharp, blurred), (blurred, sharp))]
    frames, alignment = register(Frames(pair))
    assert not alignment.is_local
    for frame, read in zip(frames, pair):
        np.testing.assert_array_equal(frame, read)


@pytest.mark.parametrize("change", [lambda a: a * 0.7, lambda a: a * np.linspace(0.6, 1, WIDTH)])
def test_exposure_does_not_count_as_motion(stack, change):
    frames, _ = register(Frames(stack), "local", keep_frame=True)
    darker = [
        stack[0],
        *(np.rint(change(one.swapaxes(1, 2)).swapaxes(1, 2)).astype(np.uint8) for one in stack[1:]),
    ]
    changed, _ = register(Frames(darker), "local", keep_frame=True)
    assert changed.misfit.mean() < frames.misfit.mean() + 0.05


def test_what_moved_comes_from_the_reference_frame(rng):
    still, moving = texture(rng, (HEIGHT, WIDTH)), texture(rng, (HEIGHT, WIDTH))
    stack = [np.rint(still).astype(np.uint8) for _ in range(3)]
    stack[0][60:84, 30:54], stack[2][60:84, 150:174] = moving[:24, :24], moving[30:54, 30:54]
    frames, _ = register(Frames(stack), "local", keep_frame=True)
    for number, left in ((0, 30), (2, 150)):
        moved = (slice(60, 84), slice(left, left + 24))
        assert frames.misfit[moved].mean() > 0.3
        assert frames.content(number)[moved].mean() < 0.2
    assert frames.misfit.mean() < 0.2
    for frame in frames:
        assert error(frame, stack[1]) < 1


@pytest.mark.parametrize("reference", [0, 3])
def test_the_reference_frame_is_not_warped(stack, reference):
    frames, alignment = register(Frames(stack), "local", keep_frame=True, reference=reference)
    assert alignment.reference == reference
    np.testing.assert_array_equal(frames[reference], stack[reference])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_a_flow_of_whole_pixels_moves_pixels_as_they_are(rng, dtype):
    a = (rng.random((300, 60, 3)) * 200).astype(dtype)
    flow = np.tile(np.float16([2, 3, 1]), (9, 7, 1))
    frames = RegisteredFrames(Frames([a, a]), crop=(100, 6, 150, 40), flows=[None, flow])
    np.testing.assert_array_equal(frames[1], a[103:253, 8:48])
