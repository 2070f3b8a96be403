import numpy as np
import pytest
import pywt

from twostream.methods import METHODS


@pytest.mark.parametrize("shape", [(128, 160), (125, 131)])
def test_is_the_transform_of_pywavelets(rng, shape):
    a, b = rng.random((2, *shape))
    (base_a, *details_a), (base_b, *details_b) = (pywt.wavedec2(p, "db2", level=3) for p in (a, b))
    fused = [(base_a + base_b) / 2]
    for bands in zip(details_a, details_b):
        fused.append(tuple(np.where(abs(x) > abs(y), x, y) for x, y in zip(*bands)))
    expected = pywt.waverec2(fused, "db2")[: shape[0], : shape[1]]
    found = METHODS["dwt"].fuse([a, b], levels=3, wavelet="db2", window=1)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
