import cv2
import numpy as np
from ramp_stack import ramp_stack

from twostream.depth.agreement import CELL, Agreement
from twostream.depth.confidence_map import CONFIDENT, FRAMES_DIFFER, NOTHING_SHARP, confidence_map
from twostream.io.pixels import Scale


def seen(frames):
    agreement = Agreement()
    for frame in frames:
        agreement.add(frame, Scale(0, 65535))
    return agreement.differ


def test_defocus_is_no_difference():
    frames, _ = ramp_stack(8, step=3)
    assert not seen(frames).any()


def test_what_moved_is_a_difference():
    frames, _ = ramp_stack(4)
    for n, frame in enumerate(frames):
        cv2.rectangle(frame, (40 + 80 * n, 40), (90 + 80 * n, 90), 250, -1)
    where = np.nonzero(seen(frames))
    assert len(where[0]) > 50
    assert where[0].min() >= 40 // CELL - 1
    assert where[0].max() <= 90 // CELL + 1


def test_another_exposure_is_a_difference(rng):
    bright = rng.integers(100, 200, (64, 64, 3)).astype(np.uint8)
    assert seen([bright, (bright * 0.8).astype(np.uint8)]).mean() > 0.9
    assert not seen([bright, (bright * 0.98).astype(np.uint8)]).any()


def test_levels_of_the_map():
    unsharp, differ = np.zeros((5, 6), bool), np.zeros((5, 6), bool)
    unsharp[:2, :3] = True
    differ[:2, :2] = True
    drawn = confidence_map(unsharp, differ, (18, 23))
    assert (drawn.shape, drawn.dtype) == ((18, 23), np.uint8)
    assert (drawn[:8, :8] == FRAMES_DIFFER).all()
    assert (drawn[:8, 8:12] == NOTHING_SHARP).all()
    assert (drawn[8:] == CONFIDENT).all()
    unsharp[4, 5] = True
    drawn = confidence_map(unsharp, differ, (18, 23))
    assert (drawn[16:, 20:] == NOTHING_SHARP).all()
