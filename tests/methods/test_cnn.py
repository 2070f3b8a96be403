import numpy as np
import pytest
from skimage import data

from twostream.data.defocus import Blur
from twostream.data.pairs import make_pair
from twostream.engines import load
from twostream.methods.cnn import focus_probability, fuse
from twostream.nets.pretrained import files_of


@pytest.fixture(scope="module")
def net():
    return load(*files_of("cnn"))


@pytest.fixture(scope="module")
def halves():
    """A is sharp in the right half, B in the left half."""
    clean = data.camera()[100:196, 100:196]
    region = np.zeros(clean.shape, bool)
    region[:, :48] = True
    return (*make_pair(clean, region, (Blur(2), Blur(2, "disc")), softness=0), clean)


def test_pixel_is_the_mean_of_all_patches_that_it_lies_in(rng):
    """With a net whose score is the first pixel of the patch."""

    class FirstPixel:
        inputs = ("data_a", "data_b")

        def forward(self, data_a, data_b):
            first = data_a[..., :-15:2, :-15:2]
            return {"focus": np.concatenate([1 - first, first], axis=1)}

    a = rng.random((20, 26))
    sums, counts = np.zeros((2, *a.shape))
    for y in range(0, 5, 2):
        for x in range(0, 11, 2):
            sums[y : y + 16, x : x + 16] += a[y, x]
            counts[y : y + 16, x : x + 16] += 1
    for tile in (2, 6, 192):
        found = focus_probability(FirstPixel(), a, a, tile)
        np.testing.assert_allclose(found, sums / counts, atol=1e-6)


def test_tiles_give_the_map_of_the_whole_picture(net, rng):
    a, b = rng.random((2, 45, 38))
    whole = focus_probability(net, a, b)
    assert whole.shape == (45, 38)
    np.testing.assert_allclose(focus_probability(net, a, b, tile=10), whole, rtol=0, atol=1e-5)


def test_half_blurred_pictures_become_sharp(net, halves):
    *pair, clean = halves
    focus = focus_probability(net, *(picture / 255 for picture in pair))
    assert focus.shape == clean.shape
    assert focus[:, :36].mean() < 0.2  # high where A is sharp
    assert focus[:, 60:].mean() > 0.8
    error = fuse(pair).astype(float) - clean
    average = np.mean(pair, axis=0) - clean
    gain = 10 * np.log10((average**2).mean() / (error**2).mean())
    assert gain > 10


def test_small_regions_are_dropped(halves):
    a, b = (picture.copy() for picture in halves[:2])
    a[10:16, 10:16], b[10:16, 10:16] = b[10:16, 10:16].copy(), a[10:16, 10:16].copy()
    spotted = fuse([a, b], radius=1, eps=1e-6)
    np.testing.assert_array_equal(spotted[8:18, 8:18], b[8:18, 8:18])
