import cv2
import numpy as np
from made_stack import made_stack
from skimage import data

from twostream.alignment.exposure import measure_gains
from twostream.fusion.frames import Frames

SAME = np.eye(3)


def gains_of(*frames):
    return measure_gains(Frames(frames), [SAME] * len(frames), 0)


def test_gains_of_a_stack_of_known_truth():
    made = made_stack(5)
    found = measure_gains(Frames(made.frames), made.transforms, 2)
    levelled = found * made.gains
    np.testing.assert_allclose(levelled / levelled[2], 1, atol=0.01)
    np.testing.assert_allclose(np.median(found, axis=0), 1, atol=0.01)


def test_blur_and_clipping_do_not_matter():
    scene = data.coffee()[50:306, 100:356].astype(np.float32)
    brighter = np.clip(cv2.GaussianBlur(scene, (0, 0), 4) * (1.4, 1.5, 1.3), 0, 255)
    found = gains_of(scene.astype(np.uint8), brighter.astype(np.uint8))
    np.testing.assert_allclose(found[1] / found[0] * (1.4, 1.5, 1.3), 1, atol=0.03)


def test_alike_and_incomparable_frames_are_left():
    scene = data.camera()[:256, :256]
    white, black = np.full_like(scene, 255), np.zeros_like(scene)
    np.testing.assert_array_equal(gains_of(scene, scene, white, black), 1)
    np.testing.assert_array_equal(gains_of(white, scene), 1)
