from dataclasses import replace

import cv2
import numpy as np
import pytest

from twostream.data.photograph import Photograph
from twostream.data.physical.faults import Faults
from twostream.data.physical.lens import Psf
from twostream.data.physical.thin_lens import Surface, ThinLensRecipe, thin_lens_pair, view
from twostream.io.pixels import luma

FAULTLESS = Faults(parallax=0, uneven=0, noise=0, jpeg=0)
SMALL = ThinLensRecipe(patch=16, per_pair=5, scene=64, faults=FAULTLESS)
SHAPE = (60, 60)


@pytest.fixture
def photographs(tmp_path, rng):
    """Four pictures of noise, each with a round object."""
    made = []
    for n in range(4):
        image, mask = (str(tmp_path / f"{kind}{n}.png") for kind in ("image", "mask"))
        cv2.imwrite(image, rng.integers(0, 256, (130, 150, 3), dtype=np.uint8))
        cv2.imwrite(mask, cv2.circle(np.zeros((130, 150), np.uint8), (70 + n, 60), 30, 255, -1))
        made.append(Photograph(f"p{n}", image, mask=mask))
    return made


def flat(value, matte, depth):
    colours = np.full((*SHAPE, 3), value, np.float32)
    return Surface(colours, matte, np.full(SHAPE, depth, np.float32))


def test_a_near_surface_out_of_focus_covers_the_far_one_by_its_blurred_matte():
    half = np.zeros(SHAPE, np.float32)
    half[:, :30] = 1
    surfaces = [flat(0.2, np.ones(SHAPE, np.float32), 0), flat(1, half, 6)]
    seen, expected = view(surfaces, 0, Psf), 0.2 + 0.8 * Psf(6)(half)
    np.testing.assert_allclose(seen, np.repeat(expected[..., None], 3, 2), atol=1e-6)
    np.testing.assert_allclose(view(surfaces, 6, Psf), view(surfaces, 0), atol=1e-6)
    np.testing.assert_allclose(view(surfaces, 0)[0, [29, 30], 0], [1, 0.2], atol=1e-6)


def test_most_pixels_that_count_are_sharp_in_one_of_the_frames(photographs):
    recipe = replace(SMALL, spread=(6, 6.1), rounded=0, lights=0)
    for draw in range(8):
        a, b, clean, sharp, *_ = thin_lens_pair(photographs[0], draw, photographs[1:], recipe)
        error = np.minimum(np.abs(a - clean), np.abs(b - clean)).max(axis=2)
        assert np.median(error[sharp > 0]) < 0.25 * np.abs(a - b).max(axis=2).mean()
        assert np.abs(a - b).mean() > 0.05


def test_patches_repeat_and_have_no_weight_where_no_frame_is_sharp(photographs):
    cuts = [SMALL.cut(photographs[0], draw, *photographs[1:]) for draw in (0, 0, *range(1, 12))]
    for first, second in zip(*cuts[:2]):
        np.testing.assert_array_equal(first, second)
    for blobs in cuts:
        assert [blob.shape for blob in blobs] == [(5, 3, 16, 16)] * 4
        assert all(blob.dtype == np.float32 for blob in blobs)
    weights = np.concatenate([blobs[3] for blobs in cuts])
    assert 0 < (weights == 0).mean() < 0.5
    assert weights.max() <= 1


@pytest.mark.parametrize("share", [0, 1])
def test_gray_patches_repeat_one_plane(photographs, share):
    a, *_ = replace(SMALL, gray=share).cut(photographs[0], 0, *photographs[1:])
    assert (np.ptp(a, axis=1).max() == 0) == bool(share)


def test_patches_of_one_channel_are_lumas(photographs):
    recipe = replace(SMALL, patch=SMALL.scene, per_pair=1, channels=1)
    clean = thin_lens_pair(photographs[0], 0, photographs[1:], recipe)[2]
    blobs = recipe.cut(photographs[0], 0, *photographs[1:])
    assert {blob.shape for blob in blobs} == {(1, 1, 64, 64)}
    # The patch is the whole scene, turned.
    np.testing.assert_allclose(np.sort(blobs[2].ravel()), np.sort(luma(clean).ravel()), atol=1e-6)
