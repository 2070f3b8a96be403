import numpy as np
import pytest

from twostream.fusion.guided import guided_filter


@pytest.mark.parametrize(("dtype", "atol"), [(np.float32, 1e-5), (np.float64, 1e-12)])
def test_constant_image_stays(rng, dtype, atol):
    guide = rng.random((40, 50)).astype(dtype)
    image = np.full_like(guide, 0.25)
    found = guided_filter(guide, image, 4, 0.1)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, image, atol=atol)


@pytest.mark.parametrize("place", [(15, 15), (0, 0), (2, 29), (29, 14)])
def test_matches_the_formulas_of_the_paper_also_at_the_border(rng, place):
    guide, image = rng.random((2, 30, 30))
    radius, eps = 3, 0.01

    def window(plane, y, x):
        return plane[max(0, y - radius) : y + radius + 1, max(0, x - radius) : x + radius + 1]

    def line(y, x):
        p, q = window(guide, y, x), window(image, y, x)
        slope = ((p * q).mean() - p.mean() * q.mean()) / (p.var() + eps)
        return slope, q.mean() - slope * p.mean()

    y, x = place
    near = np.argwhere(np.ones((30, 30)))
    near = near[np.abs(near - place).max(axis=1) <= radius]
    slope, offset = np.mean([line(*p) for p in near], axis=0)
    found = guided_filter(guide, image, radius, eps)[y, x]
    np.testing.assert_allclose(found, slope * guide[y, x] + offset, atol=1e-12)
