import numpy as np
import pytest

from twostream.data.defocus import Blur
from twostream.data.pairs import make_pair


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(60, 80), (60, 80, 3)])
def test_each_picture_is_sharp_where_the_other_is_blurred(rng, dtype, shape):
    clean = rng.integers(0, np.iinfo(dtype).max, shape).astype(dtype)
    region = np.zeros((60, 80), bool)
    region[:, :40] = True
    a, b = make_pair(clean, region, (Blur(2), Blur(3, "disc")), softness=0)
    np.testing.assert_array_equal(a[:, 40:], clean[:, 40:])
    np.testing.assert_array_equal(b[:, :40], clean[:, :40])
    for blurred in (a[:, :40], b[:, 40:]):
        assert blurred.astype(float).std() < clean.astype(float).std() / 2
