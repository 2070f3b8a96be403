import numpy as np
import pytest

from twostream.fusion.tiling import tiles


@pytest.mark.parametrize("shape", [(1, 1), (10, 10), (33, 50), (64, 7)])
def test_tiles_cover_every_pixel_once(shape):
    count = np.zeros(shape, int)
    for tile in tiles(shape, 10, 3):
        count[tile.inner] += 1
    assert (count == 1).all()


def test_halo_reaches_as_far_as_the_picture(rng):
    picture = rng.random((33, 50))
    for tile in tiles(picture.shape, 10, 3):
        for inner, outer, length in zip(tile.inner, tile.outer, picture.shape):
            assert outer.start == max(0, inner.start - 3)
            assert outer.stop == min(length, inner.stop + 3)
        assert (picture[tile.outer][tile.crop] == picture[tile.inner]).all()
