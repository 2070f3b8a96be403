from base64 import b64decode

import cv2
import numpy as np
import pytest

from twostream.report.html.embedding import embedded


def decoded(found):
    data = np.frombuffer(b64decode(found.uri.partition(",")[2]), np.uint8)
    image = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    return image if image.ndim == 2 else image[..., ::-1]


def test_a_flat_picture_is_a_png():
    image = np.zeros((40, 60, 3), np.uint8)
    image[10:30, 20:50] = (200, 100, 30)
    found = embedded(image)
    assert found.uri.startswith("data:image/png;base64,")
    assert (found.width, found.height, found.noise) == (60, 40, 0)
    np.testing.assert_array_equal(decoded(found), image)


def test_a_photograph_is_a_jpeg_whose_errors_are_told(rng):
    image = cv2.GaussianBlur(rng.integers(0, 256, (80, 90, 3)).astype(np.uint8), (0, 0), 1)
    found = embedded(image)
    assert found.uri.startswith("data:image/jpeg;base64,")
    errors = np.abs(decoded(found).astype(int) - image)
    assert found.noise == int(np.percentile(errors, 99)) > 0


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_large_and_deep_pictures_are_reduced(dtype):
    white = 1 if dtype == np.float32 else 65535
    image = np.full((300, 600), white, dtype)
    image[:, :300] = 0
    found = embedded(image, side=200)
    assert (found.width, found.height) == (200, 100)
    shown = decoded(found)
    assert shown.shape == (100, 200)
    assert set(shown[50, [0, 199]]) == {0, 255}
