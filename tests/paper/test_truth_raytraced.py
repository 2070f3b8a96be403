"""What Mitsuba renders lies where it was put, and is blurred as much as was asked for."""

import numpy as np
import pytest
from made_photographs import made_supply

from paper.truth import raytraced, thin_lens

pytest.importorskip("mitsuba")
BLACK = np.zeros(3)
SHAPE = (48, 64)


def stage_with_spot(depth, x=40.5, y=20.5):
    stage = thin_lens.Stage(SHAPE)
    stage.surface(lambda x, y: 0 * x, BLACK)
    stage.ball(x, y, depth, 1.5, np.ones(3))
    return stage


def centre_and_radius(light):
    """Centre of a spot (x, y), and the radius of a disc of its spread."""
    weight = light.sum(axis=2) / light.sum()
    y, x = np.indices(SHAPE) + 0.5
    centre = (weight * x).sum(), (weight * y).sum()
    return centre, np.sqrt(2 * (weight * ((x - centre[0]) ** 2 + (y - centre[1]) ** 2)).sum())


@pytest.mark.parametrize(("depth", "focus", "radius"), [(1, 0, 8), (1, 0.5, 4), (0.25, 0.75, 4)])
def test_blur_is_proportional_to_the_distance_in_diopters(depth, focus, radius):
    centre, found = centre_and_radius(stage_with_spot(depth).render(8, focus, 64))
    assert centre == pytest.approx((40.5, 20.5), abs=0.3)
    assert found == pytest.approx(np.hypot(radius, 1.5), abs=0.5)


def test_depth_is_that_of_the_surfaces():
    stage = thin_lens.Stage(SHAPE)
    stage.surface(lambda x, y: 0.1 + 0.5 * x, BLACK)
    stage.rod(((30, -50), (30, 100)), (0.9, 0.9), 3, BLACK)
    depths = stage.depths()
    x = (np.arange(SHAPE[1]) + 0.5) / SHAPE[1]
    np.testing.assert_allclose(depths[20, 40:], 0.1 + 0.5 * x[40:], atol=0.01)
    assert depths[:, 29].min() > 0.89


def test_parallax_is_the_difference_between_far_and_near():
    places = []
    for depth in (0.01, 1):
        light = stage_with_spot(depth, 32, 24).render(0.1, depth, 64, (6, 0, 0))
        places.append(centre_and_radius(light)[0][0])
    assert abs(places[1] - places[0]) == pytest.approx(6, abs=0.4)


def test_cut_outs_cover_their_region():
    fine = np.zeros((20, 30), bool)
    fine[3:9, 5:12] = fine[6:15, 20:28] = True
    corners = thin_lens.strips(fine) * thin_lens.FINE
    sides = corners[:, 2] - corners[:, 0]
    assert sides.prod(axis=1).sum() == fine.sum()


@pytest.mark.parametrize("number", [8, 10])  # hairs, lights, a card and a rod
def test_stacks_are_sharp_where_their_depth_says(monkeypatch, number, rng):
    monkeypatch.setattr(raytraced, "SHAPE", SHAPE)
    monkeypatch.setattr(raytraced, "SAMPLES", 16)
    made = raytraced.raytraced(made_supply(), number, rng)
    assert len(made.sources) == raytraced.SCENES[number].frames
    assert made.depth.min() > -0.01
    assert made.depth.max() < len(made.sources) - 0.5
    nearest = np.clip(np.rint(made.depth).astype(int), 0, len(made.sources) - 1)
    errors = np.abs(np.stack(made.sources).astype(float) - made.clean).mean(axis=3)
    sharp = np.take_along_axis(errors, nearest[None], axis=0)[0][~made.band]
    assert np.median(sharp) < 0.7 * np.median(errors[:, ~made.band])


def test_the_middle_frame_of_a_moving_camera_is_in_place(monkeypatch, rng):
    monkeypatch.setattr(raytraced, "SHAPE", SHAPE)
    monkeypatch.setattr(raytraced, "SAMPLES", 9)
    made = raytraced.raytraced_handheld(made_supply(), 2, rng)
    errors = [np.square(frame.astype(float) - made.clean).mean() for frame in made.sources]
    assert np.argmin(errors) == 2
