import numpy as np
import pytest
from skimage.restoration import denoise_tv_chambolle

from twostream.fusion.total_variation import smoothed_by_total_variation


@pytest.mark.parametrize("weight", [0.1, 0.5])
@pytest.mark.parametrize("steps", [1, 20])
def test_it_is_as_scikit_images(rng, weight, steps):
    image = rng.uniform(-1, 1, (37, 50)).astype(np.float32)
    found = smoothed_by_total_variation(image, weight, steps)
    # scikit-image counts the result before the first step, and stops early without an eps of 0.
    theirs = denoise_tv_chambolle(image, weight, 0, steps + 1)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, theirs, rtol=0, atol=1e-6)
    assert np.ptp(found) < 0.9 * np.ptp(image)


def test_the_image_stays_as_it_is(rng):
    image = rng.random((8, 9)).astype(np.float32)
    before = image.copy()
    smoothed_by_total_variation(image, 0.5, 3)
    np.testing.assert_array_equal(image, before)
