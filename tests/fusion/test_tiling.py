"""Tiles, items made ahead, and total variation."""

import threading

import numpy as np
import pytest
from skimage.restoration import denoise_tv_chambolle

from twostream.fusion.prefetch import prefetch
from twostream.fusion.tiling import tiles
from twostream.fusion.total_variation import smoothed_by_total_variation


@pytest.mark.parametrize("shape", [(1, 1), (10, 10), (33, 50), (64, 7)])
def test_tiles_cover_every_pixel_once_and_halos_reach_as_far_as_the_picture(rng, shape):
    picture, count = rng.random(shape), np.zeros(shape, int)
    for tile in tiles(shape, 10, 3):
        count[tile.inner] += 1
        for inner, outer, length in zip(tile.inner, tile.outer, shape):
            assert (outer.start, outer.stop) == (
                max(0, inner.start - 3),
                min(length, inner.stop + 3),
            )
        assert (picture[tile.outer][tile.crop] == picture[tile.inner]).all()
    assert (count == 1).all()


def test_the_next_item_is_made_while_one_is_used_and_none_is_lost():
    made, used = [threading.Event() for _ in range(4)], []
    for number in prefetch(made[n].set() or n for n in range(4)):
        used.append(number)
        if number < 3:
            assert made[number + 1].wait(10)
        assert not any(event.is_set() for event in made[number + 2 :])
    assert used == [0, 1, 2, 3]
    assert list(prefetch([])) == []


def test_an_error_is_raised_where_its_item_would_come():
    items = prefetch(map(int, ["1", "2", "three"]))
    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(ValueError, match="three"):
        next(items)


@pytest.mark.parametrize("weight", [0.1, 0.5])
@pytest.mark.parametrize("steps", [1, 20])
def test_total_variation_is_scikit_images(rng, weight, steps):
    image = rng.uniform(-1, 1, (37, 50)).astype(np.float32)
    before = image.copy()
    found = smoothed_by_total_variation(image, weight, steps)
    # scikit-image counts the result before the first step, and stops early without an eps of 0.
    theirs = denoise_tv_chambolle(image, weight, 0, steps + 1)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, theirs, rtol=0, atol=1e-6)
    assert np.ptp(found) < 0.9 * np.ptp(image)
    np.testing.assert_array_equal(image, before)
