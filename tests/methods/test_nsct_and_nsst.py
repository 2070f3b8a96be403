"""Properties of both nonsubsampled transforms."""

import cv2
import numpy as np
import pytest
from skimage import data

from twostream.methods import nsct, nsst

both = pytest.mark.parametrize("method", [nsct, nsst], ids=["nsct", "nsst"])


@pytest.mark.parametrize(
    ("method", "options"),
    [(nsct, {"directions": (2, 4, 8)}), (nsst, {"directions": (8, 8, 16), "sizes": (8, 8, 16)})],
    ids=["nsct", "nsst"],
)
def test_shifts_pass_through(method, options):
    """Away from borders, shifted pictures give the shifted result, unlike with subsampling.

    Filters of three levels reach 64 pixels far.
    """
    clean = data.camera()[150:342, 150:342] / 255
    pair = [cv2.GaussianBlur(clean, (0, 0), 3), clean.copy()]
    pair[0][:, 96:], pair[1][:, 96:] = clean[:, 96:], pair[0][:, 96:]
    fused = method.fuse([picture[:-3, :-5] for picture in pair], **options)
    shifted = method.fuse([picture[3:, 5:] for picture in pair], **options)
    inner = slice(72, 120)
    np.testing.assert_allclose(shifted[69:117, 67:115], fused[inner, inner], rtol=0, atol=1e-9)
    assert np.ptp(fused[inner, inner]) > 0.1


@both
def test_it_does_not_ring(method):
    """Over- and undershoot at a step that is sharp in one source and blurred in the other."""
    sharp = np.zeros((64, 128))
    sharp[:, 64:] = 0.5
    fused = method.fuse([sharp + 0.2, cv2.GaussianBlur(sharp, (0, 0), 3) + 0.2])
    np.testing.assert_allclose(fused, sharp + 0.2, rtol=0, atol=0.02)
