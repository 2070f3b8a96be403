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
@pytest.mark.parametrize(
    ("method", "named"), [("guided_filter", "published_gff"), ("average", "avg")]
)
def test_result_is_the_public_one_byte_for_byte(method, named, pair):
    np.testing.assert_array_equal(fused(method, pair), golden_picture(f"{pair}__{named}"))


@pytest.mark.parametrize("pair", PAIRS)
def test_dwt_scores_as_the_public_result(pair):
    public = scores(pair, golden_picture(f"{pair}__published_dwt"))
    assert np.all(scores(pair, fused("dwt", pair)) > public - 0.005)


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
LEAST = {
    "laplacian_pyramid": ((0.97, 0.66), (0.959, 0.753)),
    "dct": ((1.225, 0.708), (1.21, 0.784)),
    "psf": ((1.22, 0.64), (1.175, 0.7)),
    "psf without small regions": ((1.22, 0.715), (1.24, 0.78)),
    "nsct": ((1.06, 0.685), (1.015, 0.76)),
    "nsst": ((1.06, 0.685), (1.015, 0.76)),
}
SCORES = {(name, pair): least for name, row in LEAST.items() for pair, least in zip(PAIRS, row)}


@pytest.mark.parametrize(("method", "pair"), SCORES)
def test_scores(method, pair):
    options = {"window": 4, "small": 0.01} if method == "psf without small regions" else {}
    found = scores(pair, fused(method.partition(" ")[0], pair, **options))
    assert np.all(found.round(3) >= SCORES[method, pair])
