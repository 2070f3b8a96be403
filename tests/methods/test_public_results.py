"""Against public results of the same methods, and results made by simple programs."""

import cv2
import numpy as np
import pytest
from golden_pictures import golden_picture, golden_sources

from twostream.methods import METHODS
from twostream.metrics import mutual_information, qabf, qw

PAIRS = ("clockdark", "pepsi")


def fused(method, pair, **options):
    return METHODS[method].fuse(golden_sources(pair), **options)


def scores(pair, image):
    sources = golden_sources(pair)
    return np.array([mutual_information(sources, image), qabf(sources, image)])


@pytest.mark.parametrize("pair", PAIRS)
def test_guided_filter_gives_the_public_result_byte_for_byte(pair):
    np.testing.assert_array_equal(
        fused("guided_filter", pair), golden_picture(f"{pair}__published_gff")
    )


@pytest.mark.parametrize("pair", PAIRS)
def test_dwt_scores_as_the_public_result(pair):
    ours, public = (
        scores(pair, fused("dwt", pair)),
        scores(pair, golden_picture(f"{pair}__published_dwt")),
    )
    assert np.all(ours > public - 0.005)


@pytest.mark.parametrize("pair", PAIRS)
def test_plain_dwt_scores_as_the_reference(pair):
    ours = scores(pair, fused("dwt", pair, wavelet="haar", window=1))
    np.testing.assert_allclose(ours, scores(pair, golden_picture(f"{pair}__dwt")), atol=0.001)


@pytest.mark.parametrize("pair", PAIRS)
def test_laplacian_pyramid_gives_the_reference(pair):
    difference = cv2.absdiff(fused("laplacian_pyramid", pair), golden_picture(f"{pair}__lp"))
    assert np.mean(difference > 0) < 2e-4  # where details tie
    assert difference.max() <= 3


@pytest.mark.parametrize("pair", PAIRS)
def test_cnn_scores_as_the_public_result(pair):
    """Clock has a dark frame in one source only, so this fails with other borders: 0.015 in Qw."""
    image, sources = METHODS["cnn"].fuse(golden_sources(pair)), golden_sources(pair)
    public = golden_picture(f"{pair}__published_cnn")
    for metric in (qabf, qw):
        assert abs(metric(sources, image) - metric(sources, public)) < 0.003


# Mutual information and Q^{AB/F}, each a little less than was measured.
SCORES = {
    ("laplacian_pyramid", "clockdark"): (0.97, 0.66),
    ("laplacian_pyramid", "pepsi"): (0.959, 0.753),
    ("dct", "clockdark"): (1.225, 0.708),
    ("dct", "pepsi"): (1.21, 0.784),
    ("psf", "clockdark"): (1.22, 0.64),
    ("psf", "pepsi"): (1.175, 0.7),
    ("nsct", "clockdark"): (1.06, 0.685),
    ("nsct", "pepsi"): (1.015, 0.76),
    ("nsst", "clockdark"): (1.06, 0.685),
    ("nsst", "pepsi"): (1.015, 0.76),
}


@pytest.mark.parametrize(("method", "pair"), SCORES)
def test_scores(method, pair):
    assert np.all(scores(pair, fused(method, pair)).round(3) >= SCORES[method, pair])


@pytest.mark.parametrize(("pair", "least"), [("clockdark", (1.22, 0.715)), ("pepsi", (1.24, 0.78))])
def test_scores_of_psfs_with_the_window_and_without_small_regions(pair, least):
    found = scores(pair, fused("psf", pair, window=4, small=0.01))
    assert np.all(found.round(3) >= least)


@pytest.mark.parametrize("pair", PAIRS)
def test_average_gives_the_reference_byte_for_byte(pair):
    np.testing.assert_array_equal(fused("average", pair), golden_picture(f"{pair}__avg"))
