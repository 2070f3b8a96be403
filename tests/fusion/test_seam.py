import numpy as np
import pytest

from twostream.fusion import seam
from twostream.fusion.seam import BLEND, DOUBT, MEND, SLIGHT, to_border
from twostream.io.pixels import luma

SURE = 1.0


def with_luma(picture):
    return picture, luma(picture)


def join(a, b, mask, estimate, opinions=SURE):
    opinions = np.broadcast_to(np.float32(opinions), mask.shape)
    return seam.join(a, b, mask, to_border(mask), opinions, estimate)


@pytest.fixture
def pair(rng):
    return [with_luma(rng.random((60, 80, 3)).astype(np.float32)) for _ in "ab"]


@pytest.fixture
def halves():
    mask = np.zeros((60, 80), bool)
    mask[:, :40] = True
    return mask


def test_a_border_lies_between_pixels_of_different_value(halves):
    expected = np.r_[np.arange(40, 0, -1), np.arange(1, 41)]
    np.testing.assert_allclose(to_border(halves)[30], expected, rtol=0.01)


def test_pixels_far_from_a_border_are_copied(pair, halves):
    (a, _), (b, _) = pair
    joined = join(*pair, halves, pair[0][1])
    np.testing.assert_array_equal(joined[:, : 39 - BLEND], a[:, : 39 - BLEND])
    np.testing.assert_array_equal(joined[:, 41 + BLEND :], b[:, 41 + BLEND :])
    between = joined[:, 40 - BLEND : 40 + BLEND]
    assert not np.array_equal(
        between, np.where(halves[..., None], a, b)[:, 40 - BLEND : 40 + BLEND]
    )


def test_a_mask_without_a_border_changes_nothing(pair, halves):
    (a, _), (b, _) = pair
    np.testing.assert_array_equal(join(*pair, halves | True, pair[0][1]), a)
    np.testing.assert_array_equal(join(*pair, halves & False, pair[0][1]), b)


def test_beside_a_border_the_luma_is_the_estimates(pair, halves, rng):
    estimate = rng.random(halves.shape).astype(np.float32)
    joined = luma(join(*pair, halves, estimate))
    # d - d^3 / (d^2 + s^2) is s / 2 at most, where d = s.
    np.testing.assert_allclose(joined[:, 39:41], estimate[:, 39:41], atol=SLIGHT / 2 + 1e-5)
    assert np.abs(joined - estimate)[:, 40 + MEND :].mean() > 0.1


def test_beside_a_border_a_correction_counts_by_its_size(halves, rng):
    same = with_luma(rng.random((60, 80, 1)).astype(np.float32))
    correction = np.float32(3 * SLIGHT) * rng.random(halves.shape).astype(np.float32)
    joined = join(same, same, halves, same[1] + correction)[:, 39:41, 0]
    counted = correction**3 / (correction**2 + SLIGHT**2)
    np.testing.assert_allclose(joined, (same[1] + counted)[:, 39:41], atol=1e-5)


def test_slight_corrections_do_not_count(halves, rng):
    same = with_luma(rng.random((60, 80, 1)).astype(np.float32))
    joined = join(same, same, halves, same[1] + SLIGHT / 10)
    assert 0 < np.abs(joined - same[0]).max() < SLIGHT / 900


def test_the_sources_change_places(pair, halves):
    estimate = pair[0][1]
    np.testing.assert_allclose(
        join(*pair, halves, estimate), join(*pair[::-1], ~halves, estimate), atol=1e-6
    )


@pytest.mark.parametrize("opinions", [SURE, 0])
def test_sources_without_detail_are_not_blended(halves, opinions):
    flat = [with_luma(np.full((60, 80, 1), gray, np.float32)) for gray in (0.2, 0.7)]
    joined = join(*flat, halves, flat[0][1], opinions)[..., 0]
    np.testing.assert_array_equal(joined[:, : 40 - MEND], np.float32(0.2))
    np.testing.assert_array_equal(joined[:, 40 + MEND :], np.float32(0.7))


def test_a_flat_source_beside_a_detailed_one_is_copied(halves, rng):
    detailed = with_luma(rng.random((60, 80, 1)).astype(np.float32))
    flat = with_luma(np.full((60, 80, 1), 0.5, np.float32))
    joined = join(detailed, flat, halves, detailed[1])
    np.testing.assert_array_equal(joined[:, 40 + MEND :], flat[0][:, 40 + MEND :])


def test_the_more_detailed_source_has_the_greater_share(halves, rng):
    a, b = rng.random((2, 60, 80, 1)).astype(np.float32)
    alike, more, less = (
        weight_beyond_the_border(*pair, halves) for pair in ((a, b), (a, b / 2), (a / 2, b))
    )
    assert more > alike > 2 * less > 0.1


def test_doubt_blends_what_little_detail_does_not(halves):
    """Ramps too gentle for detail to matter: all that blends them is doubt."""
    a, b = ramps(slope=0.005)
    surely, doubtfully = (weight_beyond_the_border(a, b, halves, u) for u in (SURE, 0))
    assert surely < 0.01
    assert doubtfully > 0.1
    assert surely == weight_beyond_the_border(a, b, halves, -DOUBT)
    assert surely < weight_beyond_the_border(a, b, halves, DOUBT / 2) < doubtfully


def ramps(slope):
    ramp = np.tile(slope * np.arange(80, dtype=np.float32), (60, 1))[..., None]
    return ramp, ramp + np.float32(0.3)


def weight_beyond_the_border(a, b, mask, opinions=SURE):
    """Weight of `a` on the side of `b`, just beyond the estimate's reach."""
    joined = join(with_luma(a), with_luma(b), mask, a[..., 0], opinions)
    near = slice(40 + MEND, 42 + MEND)
    return np.median(((joined - b) / (a - b))[:, near])
