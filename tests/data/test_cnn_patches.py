import numpy as np
import pytest

from twostream.data.cnn_patches import TEXTURE, CnnRecipe
from twostream.data.sources import bundled

RECIPE = CnnRecipe(per_pair=40)


@pytest.fixture(scope="module")
def photograph():
    return next(p for p in bundled.photographs(with_demo=True) if p.name == "coffee")


def detail(patches):
    """Mean squared difference of neighbouring pixels."""
    return (np.diff(patches, axis=-1) ** 2).mean(axis=(1, 2, 3))


def test_the_label_names_the_sharp_patch(photograph):
    a, b, label = cut = RECIPE.cut(photograph, 0)
    assert [blob.shape[1:] for blob in cut] == list(RECIPE.blobs.values())
    assert all(blob.dtype == np.float32 for blob in cut)
    assert a.shape == b.shape == (40, 1, 16, 16)
    assert label.shape == (40, 1, 1, 1)
    assert 5 < label.sum() < 35
    np.testing.assert_array_equal(detail(a) > detail(b), label.ravel() == 1)


def test_patches_have_texture(photograph):
    a, b, label = RECIPE.cut(photograph, 3)
    sharp = np.where(label == 1, a, b)
    # Camera faults may take a little of what was measured before them.
    assert sharp.std(axis=(1, 2, 3)).min() > 0.9 * TEXTURE


def test_same_draw_same_patches(photograph):
    first, again, other = (RECIPE.cut(photograph, draw)[0] for draw in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
