"""Against public results of the same methods, and reference results kept beside the project."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from twostream.methods import METHODS
from twostream.metrics import mutual_information, qabf

GOLDEN = Path(__file__).parents[3] / "shared/golden"
PAIRS = ("clockdark", "pepsi")

pytestmark = pytest.mark.skipif(not GOLDEN.is_dir(), reason="the results lie beside the project")


@cache
def picture(name):
    return cv2.imread(str(GOLDEN / f"{name}.png"), cv2.IMREAD_UNCHANGED)


def fused(method, pair, **options):
    return METHODS[method].fuse([picture(f"{pair}_A"), picture(f"{pair}_B")], **options)


def scores(pair, image):
    sources = [picture(f"{pair}_A"), picture(f"{pair}_B")]
    return np.array([mutual_information(sources, image), qabf(sources, image)])


@pytest.mark.parametrize("pair", PAIRS)
def test_guided_filter_gives_the_public_result_byte_for_byte(pair):
    np.testing.assert_array_equal(fused("guided_filter", pair), picture(f"{pair}__published_gff"))


@pytest.mark.parametrize("pair", PAIRS)
def test_dwt_scores_as_the_public_result(pair):
    ours, public = scores(pair, fused("dwt", pair)), scores(pair, picture(f"{pair}__published_dwt"))
    assert np.all(ours > public - 0.005)


@pytest.mark.parametrize("pair", PAIRS)
def test_plain_dwt_scores_as_the_reference(pair):
    ours = scores(pair, fused("dwt", pair, wavelet="haar", window=1))
    np.testing.assert_allclose(ours, scores(pair, picture(f"{pair}__dwt")), atol=0.001)


@pytest.mark.parametrize("pair", PAIRS)
def test_laplacian_pyramid_gives_the_reference(pair):
    difference = cv2.absdiff(fused("laplacian_pyramid", pair), picture(f"{pair}__lp"))
    assert np.mean(difference > 0) < 2e-4  # where details tie
    assert difference.max() <= 3


@pytest.mark.parametrize(("pair", "mi", "q"), [("clockdark", 0.97, 0.66), ("pepsi", 0.959, 0.753)])
def test_scores_of_the_laplacian_pyramid(pair, mi, q):
    found = scores(pair, fused("laplacian_pyramid", pair)).round(3)
    assert np.all(found >= [mi, q])


@pytest.mark.parametrize("pair", PAIRS)
def test_average_gives_the_reference_byte_for_byte(pair):
    np.testing.assert_array_equal(fused("average", pair), picture(f"{pair}__avg"))
