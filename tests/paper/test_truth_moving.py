"""Truth sets whose camera or object moves, and those with faults."""

import cv2
import numpy as np
import pytest
from made_photographs import made_supply

from paper.truth.degraded import FAULTS, NOISES, RANGES
from paper.truth.example import Example
from paper.truth.handheld import FRAMES, Pose, handheld, motion, seen

SHAPE = (60, 80)


@pytest.fixture
def example(rng):
    scene = cv2.GaussianBlur(rng.uniform(0, 1, (*SHAPE, 3)), (0, 0), 2)
    scene = np.rint(255 * (scene - scene.min()) / np.ptp(scene)).astype(np.uint8)
    blurred = [cv2.GaussianBlur(scene, (0, 0), 1 + abs(n - 4)) for n in range(8)]
    return Example("00_made", ("made",), "", tuple(blurred), scene, np.zeros(SHAPE, bool))


def faulty(name, example, number, rng):
    return FAULTS[name][0](example, number, made_supply(), rng)


@pytest.mark.parametrize("depth", [0.0, 0.5, 1.0])
def test_near_things_move_with_the_parallax_against_far_ones(depth):
    image = np.zeros(SHAPE)
    image[30, 40] = 1
    pose = Pose(np.array([8.0, -4.0]), np.array([3.0, 2.0]))
    found = np.argwhere(seen(image, depth, pose) > 0.9)
    assert found.tolist() == [[30 + 2 - 4 * (depth - 0.5), 40 + 3 + 8 * (depth - 0.5)]]


def test_a_slope_is_seen_as_its_depths_are():
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(float)
    pose = Pose(np.array([6.0, 0.0]), np.zeros(2))
    where, depth = seen(x, x / 80, pose), seen(x / 80, x / 80, pose)
    np.testing.assert_allclose((where + 6 * (depth - 0.5))[:, 10:70], x[:, 10:70], atol=0.04)
    still = Pose(np.zeros(2), np.zeros(2))
    np.testing.assert_array_equal(seen(x, y / 60, still), x)


@pytest.mark.parametrize("make", [handheld, motion])
def test_the_middle_frame_is_in_place_and_others_move(make):
    for number in (2, 7):
        made = make(made_supply(), number, np.random.default_rng(number))
        assert len(made.sources) == FRAMES
        assert {frame.shape for frame in made.sources} == {made.clean.shape}
        errors = [np.square(frame.astype(float) - made.clean).mean() for frame in made.sources]
        assert np.argmin(errors) == FRAMES // 2


@pytest.mark.parametrize("number", range(4))
def test_flicker_leaves_the_median_exposure(example, number, rng):
    made = faulty("flicker", example, number, rng)
    levels = np.sort(
        [frame.mean() / example.sources[n].mean() for n, frame in enumerate(made.sources)]
    )
    assert np.median(levels) * 1.12 == pytest.approx(1, abs=0.01)
    assert np.ptp(levels) > 0.02
    assert max(frame.max() for frame in made.sources) <= 255


@pytest.mark.parametrize("number", range(3))
def test_noise_is_as_strong_as_said_and_independent(example, number, rng):
    made = faulty("noise", example, number, rng)
    rest = [made.sources[n].astype(float) - example.sources[n] for n in range(8)]
    assert np.std(rest) == pytest.approx(255 * NOISES[number], rel=0.15)
    assert abs(np.corrcoef(rest[0].ravel(), rest[1].ravel())[0, 1]) < 0.05


@pytest.mark.parametrize("number", range(len(RANGES)))
def test_ranges_lie_in_16_bits(example, number, rng):
    made = faulty("range", example, number, rng)
    assert {image.dtype for image in (*made.sources, made.clean)} == {np.dtype("u2")}
    used = np.ptp(np.percentile(made.clean, (1, 99)))
    assert used < 0.07 * 65535
    order = [np.corrcoef(made.clean.ravel(), f.ravel())[0, 1] for f in made.sources]
    assert max(order) == order[4] > 0.99


@pytest.mark.parametrize("number", range(2))
def test_wedges_are_empty_in_all_frames_but_the_middle_one(example, number, rng):
    made = faulty("alpha", example, number, rng)
    empty = [not frame.any(axis=2).all() for frame in made.sources]
    assert empty == [n != 3 for n in range(8)]
    for frame, whole in zip(made.sources, example.sources):
        assert frame.shape[2] == (3 if number % 2 else 4)
        there = frame.any(axis=2)
        np.testing.assert_array_equal(frame[there][:, :3], whole[there])


@pytest.mark.parametrize("number", range(4))
def test_an_outlier_is_one_frame_more(example, number, rng):
    made = faulty("outlier", example, number, rng)
    kept = [n for n, f in enumerate(made.sources) if any((f == s).all() for s in example.sources)]
    assert len(made.sources) == 9
    assert len(kept) == 8
    assert f"frame {({*range(9)} - {*kept}).pop() + 1} is" in made.how
