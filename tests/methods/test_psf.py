import cv2
import numpy as np
import pytest
from skimage import data

from twostream.data.defocus import Blur
from twostream.data.pairs import make_pair
from twostream.methods.psf import WINDOW, fuse, relative_blurs


def half(shape, share=0.5):
    region = np.zeros(shape, bool)
    region[:, : round(share * shape[1])] = True
    return region


@pytest.mark.parametrize(
    ("sigmas", "share"), [((3, 1.2), 0.5), ((0.8, 5), 0.5), ((8, 2), 0.5), ((3, 2), 0.15)]
)
def test_blurs_are_found(sigmas, share):
    clean = data.camera()
    a, b = make_pair(clean, half(clean.shape, share), [Blur(sigma) for sigma in sigmas])
    assert relative_blurs(a / 255, b / 255, 5) == pytest.approx(sigmas[::-1], rel=0.15)


def test_pixels_are_compared_each_by_itself(rng):
    """Equations 10 and 11 of the SciTePress paper."""
    sharp = rng.random((60, 80))
    a, b = cv2.GaussianBlur(sharp, (0, 0), 2), cv2.GaussianBlur(sharp, (0, 0), 3)
    a[:, 40:], b[:, :40] = sharp[:, 40:], sharp[:, :40]
    of_b, of_a = relative_blurs(a, b, WINDOW)
    from_a = abs(cv2.GaussianBlur(a, (0, 0), of_b) - b) < abs(cv2.GaussianBlur(b, (0, 0), of_a) - a)
    np.testing.assert_array_equal(fuse([a, b]), np.where(from_a, a, b))
    np.testing.assert_array_equal(fuse([b, a]), fuse([a, b]))


@pytest.mark.parametrize(("options", "share"), [({}, 0.94), ({"window": 4, "small": 0.01}, 0.98)])
def test_every_pixel_comes_from_a_source(options, share):
    clean = data.astronaut()[:200, 100:330]
    a, b = make_pair(clean, half(clean.shape[:2]), (Blur(2), Blur(3, "disc")))
    fused = fuse([a, b], **options)
    from_a, from_b = ((fused == source).all(axis=2) for source in (a, b))
    assert (from_a | from_b).all()
    assert from_b[:, :100].mean() > share  # A is blurred on the left
    assert from_a[:, 130:].mean() > share


def test_small_regions_go_to_what_surrounds_them():
    clean = data.camera()[100:356, 100:356]
    spot = np.zeros(clean.shape, bool)
    spot[100:125, 120:145] = True  # 1 % of the picture
    a, b = make_pair(clean, spot, (Blur(3), Blur(3)))
    np.testing.assert_array_equal(fuse([a, b], window=1, small=0.02), a)
    kept = fuse([a, b], window=1, small=0)[spot]
    assert np.mean(kept == b[spot]) > 0.8
