import numpy as np
import pytest
from golden_pictures import golden_sources

from twostream import BadInput
from twostream.methods import METHODS
from twostream.methods.pyramid import expand, reduce
from twostream.metrics import q, qabf, qw


def test_reduce_is_the_filter_of_burt_and_adelson(rng):
    plane = rng.random((8, 10))
    padded = np.pad(plane, 2, mode="reflect")
    kernel = np.outer(*[np.array([1, 4, 6, 4, 1]) / 16] * 2)
    for y, x in np.ndindex(4, 5):
        window = padded[2 * y : 2 * y + 5, 2 * x : 2 * x + 5]
        assert reduce(plane)[y, x] == pytest.approx((window * kernel).sum())


def test_expand_interpolates_to_the_size_asked_for_by_the_same_filter(rng):
    for shape in ((8, 10), (7, 9), (1, 1), (2, 1)):
        flat = np.full(shape, 0.3)
        np.testing.assert_allclose(expand(reduce(flat), shape), flat, atol=1e-12)
    coarse, fine = rng.random((6, 7)), np.zeros((12, 14))
    fine[::2, ::2] = 4 * coarse
    kernel = np.outer(*[np.array([1, 4, 6, 4, 1]) / 16] * 2)
    expected = (fine[2:7, 3:8] * kernel).sum()
    assert expand(coarse, (12, 14))[4, 5] == pytest.approx(expected)


def test_levels_limit_the_scales_that_are_chosen():
    x = np.tile(np.arange(128), (128, 1))
    coarse = 0.5 + 0.2 * np.sin(2 * np.pi * x / 128)
    flat = np.full_like(coarse, 0.5)
    swing = [np.ptp(METHODS["laplacian_pyramid"].fuse([coarse, flat], levels=n)) for n in (1, 6)]
    assert swing[0] == pytest.approx(0.2, abs=0.01)
    assert swing[1] > 0.35


def test_ratio_weighs_dark_and_bright_details_alike_and_contrast_does_not():
    dark, bright = np.full((2, 65, 65), 0.2)
    dark[32, 32], bright[32, 32] = 0.2 / 3, 0.2 * 2
    ratio, contrast = (METHODS[f"{name}_pyramid"].fuse for name in ("ratio", "contrast"))
    assert ratio([dark, bright])[32, 32] < 0.15
    assert contrast([dark, bright])[32, 32] > 0.3
    assert ratio([dark, np.full_like(dark, 0.2)], rule="toolbox")[32, 32] > 0.18  # loses the dark


def test_the_toolbox_takes_the_largest_ratio(rng):
    a, b = rng.uniform(0.2, 0.8, (2, 8, 10))
    planes = [plane + 1 / 255 for plane in (a, b)]
    smooth = [expand(reduce(plane), plane.shape) for plane in planes]
    ratios = [plane / low for plane, low in zip(planes, smooth)]
    expected = np.maximum(*ratios) * (smooth[0] + smooth[1]) / 2 - 1 / 255
    found = METHODS["ratio_pyramid"].fuse([a, b], levels=1, rule="toolbox")
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    with pytest.raises(BadInput, match="no rule of the ratio pyramid named 'toolbx'; did you mean"):
        METHODS["ratio_pyramid"].fuse([a, b], rule="toolbx")


@pytest.mark.parametrize("pair", ["clock", "clockdark"])
def test_the_papers_scores_are_those_of_the_toolbox(pair):
    """Row RP of the paper's Table 1: Xydeas, Q and Qw."""
    sources = golden_sources(pair)
    published = np.array([0.5315, 0.7492, 0.8163])

    def distance(rule):
        fused = METHODS["ratio_pyramid"].fuse(sources, rule=rule)
        scores = [metric(sources, fused) for metric in (qabf, q, qw)]
        return np.abs(np.array(scores) - published).max()

    assert distance("toolbox") < 0.03
    assert distance("toet") > 0.1


@pytest.mark.parametrize("name", ["ratio_pyramid", "contrast_pyramid"])
def test_black_divides_nothing_by_zero(name):
    a, b = np.zeros((2, 40, 50), np.uint8)
    a[10:20, 10:20] = 255
    with np.errstate(all="raise"):
        fused = METHODS[name].fuse([a, b])
    assert fused[15, 15] > 120  # the coarsest levels, averaged, halve it
    assert fused[35, 45] == 0
