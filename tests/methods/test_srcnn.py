import numpy as np
import pytest
from skimage import data

from twostream.data.defocus import Blur
from twostream.data.pairs import make_pair
from twostream.data.srcnn_patches import enlarged, halved
from twostream.engines import load
from twostream.methods.fusion_rules import choose_max
from twostream.methods.srcnn import _mean_of_blocks, fuse, lift, undecimated
from twostream.metrics import psnr
from twostream.nets.pretrained import files_of


@pytest.fixture(scope="module")
def net():
    return load(*files_of("srcnn"))


def test_lifting_beats_bicubic_interpolation(net):
    clean = data.camera()[100:228, 100:228].astype(np.float32) / 255
    low = halved(clean)
    errors = [np.mean((p - clean) ** 2) for p in (enlarged(low, clean.shape), lift(net, low))]
    assert 10 * np.log10(errors[0] / errors[1]) > 1


@pytest.mark.parametrize("shape", [(1, 1), (5, 3), (33, 40)])
def test_blocks_of_what_is_lifted_have_the_sources_mean(net, rng, shape):
    plane = rng.random(shape)
    lifted = lift(net, plane)
    assert lifted.shape == (2 * shape[0], 2 * shape[1])
    np.testing.assert_allclose(_mean_of_blocks(lifted), plane, rtol=0, atol=1e-12)
    np.testing.assert_allclose(lift(net, plane, tile=16), lifted, rtol=0, atol=1e-6)  # no seams


def test_coefficients_of_an_impulse_are_those_of_the_spline():
    plane = np.zeros((64, 64))
    plane[32, 32] = 1
    finest, coarser, base = undecimated(plane, 2)
    spline = np.array([1, 4, 6, 4, 1]) / 16
    dilated = np.zeros(9)
    dilated[::2] = spline
    smooth = np.convolve(spline, dilated)
    np.testing.assert_allclose(finest[32, 30:35], [0, 0, 1, 0, 0] - spline * 6 / 16, atol=1e-12)
    np.testing.assert_allclose(base[26:39, 26:39], np.outer(smooth, smooth), atol=1e-12)
    assert abs(coarser.sum()) < 1e-12


def test_coefficients_sum_up_to_the_plane_and_move_with_it(rng):
    for shape in ((1, 1), (10, 6), (65, 34)):
        plane = rng.random(shape)
        coefficients = undecimated(plane, 3)
        assert len(coefficients) == 4
        np.testing.assert_allclose(sum(coefficients), plane, rtol=0, atol=1e-12)
    plane = rng.random((96, 96))
    for still, moved in zip(undecimated(plane, 3), undecimated(np.roll(plane, 1, axis=1), 3)):
        np.testing.assert_allclose(moved[32:64, 33:65], still[32:64, 32:64], rtol=0, atol=1e-12)


def fused_without_net(planes, levels=4, window=3):
    """Fuse by the same transform and rule, in the same window of the sources."""
    *details, bases = zip(*(undecimated(plane, levels) for plane in planes))
    return sum(bases) / len(bases) + sum(choose_max(bands, window) for bands in details)


@pytest.mark.parametrize("place", [(100, 100), (100, 260)])
def test_net_does_not_make_the_fusion_worse(place):
    y, x = place
    clean = data.camera()[y : y + 160, x : x + 160]
    region = np.add.outer(np.arange(160), np.arange(160)) < 160
    pair = [p / 255 for p in make_pair(clean, region, (Blur(1.5), Blur(2)))]
    ways = fuse, fused_without_net
    with_net, without = (psnr(clean / 255, np.clip(way(pair), 0, 1)) for way in ways)
    assert with_net > without


def test_levels_and_window_matter(rng):
    pair = list(rng.random((2, 40, 40)))
    for options in ({"levels": 2}, {"window": 3}):
        assert np.abs(fuse(pair, **options) - fuse(pair)).max() > 0.01
