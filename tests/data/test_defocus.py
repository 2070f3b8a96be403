import math

import cv2
import numpy as np
import pytest

from twostream.data import defocus
from twostream.data.defocus import Blur, defocused_pair, focus_split

SHAPE = (60, 80)


class Middle:
    """A generator that returns the middle of every range."""

    def uniform(self, low, high):
        return (low + high) / 2

    def random(self):
        return 0.3


@pytest.fixture
def clean(rng):
    """Coarse texture, black, white and noise: the whole range of values and frequencies."""
    coarse = cv2.resize(rng.random((8, 10, 3), dtype=np.float32), SHAPE[::-1])
    noise = rng.random((*SHAPE, 3), dtype=np.float32)
    return np.clip((coarse + noise - 0.5) * 1.5, 0, 1)


@pytest.fixture
def region():
    region = np.zeros(SHAPE, bool)
    region[15:45, 20:60] = True
    return region


def deviation(kernel):
    """Standard deviation of a kernel along x and along y."""
    reach = kernel.shape[0] // 2
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return np.sqrt([(kernel * x**2).sum(), (kernel * y**2).sum()])


def impulse_response(blur):
    return blur(np.pad(np.ones((1, 1), np.float32), 60))


def test_paper_blurs_the_object_in_a_and_all_else_in_b(clean, region):
    """By two sigmas of 2 to 10."""
    a, b = defocused_pair(clean, region, "paper", np.random.default_rng(3))
    first, second = np.random.default_rng(3).uniform(2, 10, 2)
    np.testing.assert_array_equal(a[~region], clean[~region])
    np.testing.assert_array_equal(b[region], clean[region])
    for image, where, sigma in ((a, region, first), (b, ~region, second)):
        blurred = np.clip(cv2.GaussianBlur(clean, (0, 0), sigma), 0, 1)
        np.testing.assert_allclose(image[where], blurred[where], atol=1e-6)


def test_robust_leaves_a_region_sharp_in_both(clean, region, monkeypatch):
    sharp = np.zeros(SHAPE, bool)
    sharp[:, 40:] = True
    monkeypatch.setattr(defocus, "random_region", lambda shape, rng: sharp)
    a, b = defocused_pair(clean, region, "robust", Middle())
    for image in (a, b):  # but for the soft edge
        np.testing.assert_allclose(image[:, 48:], clean[:, 48:], atol=1e-3)
    assert np.abs(a - clean)[20:40, 24:36].max() > 0.1
    assert np.abs(b - clean)[:, :12].max() > 0.1


def test_robust_draws_what_it_says(clean, region, monkeypatch):
    """Shares of each effect, counted over 400 pairs."""
    blurs, edges, counts = [], [], dict.fromkeys(("random_region", "_noise", "jpeg"), 0)

    def split(clean, region, blurs_of_pair, softness, blurred):
        blurs.extend(blurs_of_pair)
        edges.append(softness)
        return [clean, clean]

    def counted(name):
        original = getattr(defocus, name)

        def call(*args):
            counts[name] += 1
            return original(*args)

        return call

    monkeypatch.setattr(defocus, "focus_split", split)
    for name in counts:
        monkeypatch.setattr(defocus, name, counted(name))
    for seed in range(400):
        defocused_pair(clean[:8, :8], region[:8, :8], "robust", np.random.default_rng(seed))
    assert counts["random_region"] / 400 == pytest.approx(0.4, abs=0.08)
    assert counts["_noise"] / 800 == pytest.approx(0.1, abs=0.05)  # one call for each of a, b
    assert counts["jpeg"] / 800 == pytest.approx(0.1, abs=0.05)
    assert np.mean([blur.kernel == "disc" for blur in blurs]) == pytest.approx(0.5, abs=0.06)
    assert 0 <= min(edges) < 0.1
    assert 2.9 < max(edges) <= 3
    logs = np.log([blur.sigma for blur in blurs])
    assert math.log(0.3) <= logs.min() <= logs.max() <= math.log(10)
    assert logs.mean() == pytest.approx(math.log(0.3 * 10) / 2, abs=0.12)


@pytest.mark.parametrize("recipe", defocus.RECIPES)
@pytest.mark.parametrize("channels", [1, 3])
def test_pairs_are_float32_of_the_unit_range(clean, region, recipe, channels):
    clean = clean[..., :channels].copy()
    clean[:30, :40] = 1
    for seed in range(60):
        for image in defocused_pair(clean, region, recipe, np.random.default_rng(seed)):
            assert (image.dtype, image.shape) == (np.float32, clean.shape)
            assert 0 <= image.min() <= image.max() <= 1


@pytest.mark.parametrize("recipe", defocus.RECIPES)
def test_one_seed_gives_one_pair(clean, region, recipe):
    def pair(seed):
        return np.array(defocused_pair(clean, region, recipe, np.random.default_rng(seed)))

    np.testing.assert_array_equal(pair(5), pair(5))
    assert not np.array_equal(pair(5), pair(6))


def test_soft_edges_blend_between_sharp_and_blurred(clean, region):
    hard, _ = focus_split(clean, region, [Blur(4), Blur(4)])
    soft, _ = focus_split(clean, region, [Blur(4), Blur(4)], softness=2)
    rows = np.arange(60)
    far = (np.abs(rows - 14.5) > 10) & (np.abs(rows - 44.5) > 10)
    np.testing.assert_allclose(soft[far, 35:45], hard[far, 35:45], atol=1e-5)
    low, high = np.minimum(clean, Blur(4)(clean)), np.maximum(clean, Blur(4)(clean))
    assert (soft >= low - 1e-6).all()
    assert (soft <= high + 1e-6).all()
    assert np.abs(soft - hard)[12:18, 35:45].max() > 0.05


def test_outside_of_blurred_both_stay_sharp(clean, region):
    blurred = np.zeros(SHAPE, bool)
    blurred[:, 40:] = True
    a, b = focus_split(clean, region, [Blur(4), Blur(4)], blurred=blurred)
    whole_a, whole_b = focus_split(clean, region, [Blur(4), Blur(4)])
    for image, whole in ((a, whole_a), (b, whole_b)):
        np.testing.assert_array_equal(image[:, :40], clean[:, :40])
        np.testing.assert_array_equal(image[:, 40:], whole[:, 40:])


@pytest.mark.parametrize("kernel", ["gaussian", "disc"])
@pytest.mark.parametrize(
    ("sigma", "tolerance"), [(0.3, 1), (1, 0.1), (2, 0.02), (5, 0.01), (10, 0.01)]
)
def test_both_kernels_have_the_sigma_asked_for(kernel, sigma, tolerance):
    response = impulse_response(Blur(sigma, kernel))
    np.testing.assert_allclose(deviation(response), sigma, rtol=tolerance)
    image = np.full((*SHAPE, 3), 0.7, np.float32)
    np.testing.assert_allclose(Blur(sigma, kernel)(image), image, atol=1e-6)


@pytest.mark.parametrize("sigma", [1, 3.3, 10])
def test_disc_is_flat_within_its_radius_and_zero_beyond(sigma):
    response = impulse_response(Blur(sigma, "disc"))
    distance = np.hypot(*np.mgrid[-60:61, -60:61])
    inside = response[distance <= 2 * sigma - 0.5]
    np.testing.assert_allclose(inside, inside.max(), rtol=1e-4)
    assert np.abs(response[distance >= 2 * sigma + 0.5]).max() < 1e-7


@pytest.mark.parametrize("kernel", ["gaussian", "disc"])
def test_borders_are_mirrored(kernel, clean):
    image = clean[..., 0].copy()
    padded = np.pad(image, 50, mode="reflect")
    expected = Blur(3, kernel)(padded)[50:-50, 50:-50]
    np.testing.assert_allclose(Blur(3, kernel)(image), expected, atol=1e-5)
