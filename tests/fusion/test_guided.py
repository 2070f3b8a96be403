import numpy as np

from twostream.fusion.guided import guided_filter


def test_constant_image_stays(rng):
    guide = rng.random((40, 50)).astype(np.float32)
    image = np.full_like(guide, 0.25)
    np.testing.assert_allclose(guided_filter(guide, image, 4, 0.1), image, atol=1e-5)


def test_flat_guide_averages_twice(rng):
    image = rng.random((40, 50)).astype(np.float32)
    found = guided_filter(np.zeros_like(image), image, 2, 0.1)
    window = image[16:25, 16:25]
    means = [window[i : i + 5, j : j + 5].mean() for i in range(5) for j in range(5)]
    np.testing.assert_allclose(found[20, 20], np.mean(means), atol=1e-6)


def test_keeps_the_edge_of_its_guide():
    guide = np.zeros((40, 40), np.float32)
    guide[:, 20:] = 1
    found = guided_filter(guide, guide, 8, 1e-6)
    np.testing.assert_allclose(found, guide, atol=1e-4)


def test_matches_the_formulas_of_the_paper_pixel_by_pixel(rng):
    guide, image = rng.random((2, 30, 30)).astype(np.float32)
    radius, eps = 3, 0.01

    def window(plane, y, x):
        return plane[y - radius : y + radius + 1, x - radius : x + radius + 1].astype(float)

    def line(y, x):
        p, q = window(guide, y, x), window(image, y, x)
        slope = ((p * q).mean() - p.mean() * q.mean()) / (p.var() + eps)
        return slope, q.mean() - slope * p.mean()

    lines = [line(y, x) for y in range(12, 19) for x in range(12, 19)]
    slope, offset = np.mean(lines, axis=0)
    found = guided_filter(guide, image, radius, eps)[15, 15]
    np.testing.assert_allclose(found, slope * guide[15, 15] + offset, atol=1e-5)
