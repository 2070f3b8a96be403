import numpy as np
import pytest
from skimage import data

from twostream.data.sources import bundled
from twostream.data.srcnn_patches import SrcnnRecipe, enlarged, halved
from twostream.nets.srcnn import MARGIN


@pytest.fixture(scope="module")
def cut():
    photograph = next(p for p in bundled.photographs(with_demo=True) if p.name == "coffee")
    return SrcnnRecipe(per_pair=12).cut(photograph, 0)


def test_blobs_are_what_is_cut(cut):
    assert [blob.shape[1:] for blob in cut] == list(SrcnnRecipe().blobs.values())
    assert cut[0].shape == (12, 1, 33, 33)
    assert cut[1].shape == (12, 1, 21, 21)


def test_clean_is_the_middle_but_sharper(cut):
    blurred, clean = cut
    middle = blurred[..., MARGIN:-MARGIN, MARGIN:-MARGIN]
    assert np.abs(middle - clean).mean() < 0.03
    assert (np.diff(clean) ** 2).sum() > (np.diff(middle) ** 2).sum()


def test_reducing_is_antialiased():
    """Without antialiasing, the finest stripes would become a flat plane."""
    stripes = np.tile(np.float32([0, 1]), (16, 16))
    np.testing.assert_allclose(halved(stripes)[4:-4, 4:-4], 0.5, atol=0.02)


def test_enlarging_keeps_the_place():
    plane = data.camera()[100:200, 100:200].astype(np.float32) / 255
    there_and_back = halved(enlarged(plane, (200, 200)))
    assert there_and_back.shape == plane.shape
    assert np.abs(there_and_back - plane).mean() < 0.01
