import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from twostream.data import dataset
from twostream.data.patches import Recipe, relative_weights
from twostream.data.photograph import Photograph
from twostream.data.physical import recipe as physical
from twostream.data.physical.colours import recoloured
from twostream.data.physical.faults import Faults
from twostream.data.physical.lens import Lens, Psf
from twostream.data.physical.mattes import Mattes, hair, thin_structure
from twostream.data.physical.recipe import PhysicalRecipe, augmented, physical_pair
from twostream.data.physical.scene import blurred_by_depth, composite, slanted
from twostream.errors import BadInput

SHAPES = ("disc", "polygon", "gaussian")
FAULTLESS = Faults(parallax=0, uneven=0, noise=0, jpeg=0)
SMALL = PhysicalRecipe(patch=16, per_pair=6, scene=64)
PLANAR = {"robust": 0, "planar": 1}


@pytest.fixture
def photographs(tmp_path, rng):
    """Twelve pictures of noise, each with a round object."""
    made = []
    for n in range(12):
        paths = [str(tmp_path / f"{kind}{n}.png") for kind in ("image", "mask")]
        cv2.imwrite(paths[0], rng.integers(0, 256, (130, 150, 3), dtype=np.uint8))
        mask = cv2.circle(np.zeros((130, 150), np.uint8), (70 + n, 60), 30, 255, -1)
        cv2.imwrite(paths[1], mask)
        made.append(Photograph(f"p{n}", paths[0], mask=paths[1]))
    return made


@pytest.fixture
def scene(rng):
    """A far scene, and a near object with a hard matte."""
    far, colours = rng.random((2, 60, 60, 3)).astype(np.float32)
    matte = np.zeros((60, 60), np.float32)
    matte[15:45, 20:50] = 1
    return far, matte, colours


def moment(kernel):
    """Centre and variance of a kernel across."""
    x = np.arange(kernel.shape[1]) - kernel.shape[1] // 2
    weights = kernel.sum(axis=0)
    centre = (weights * x).sum()
    return centre, (weights * (x - centre) ** 2).sum()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("radius", [1.3, 4, 12])
def test_kernels_sum_to_1_and_have_the_variance_of_their_radius(shape, radius):
    kernel = Psf(radius, shape, rim=0.2 * radius).kernel()
    assert kernel.sum() == pytest.approx(1, abs=1e-5)
    assert kernel.min() >= 0
    centre, variance = moment(kernel)
    assert centre == pytest.approx(0, abs=1e-4)
    # The mean over a pixel adds 1 / 12.
    assert variance == pytest.approx(radius**2 / 4 + 1 / 12, rel=0.08)


def test_disc_ends_at_its_radius(scene):
    row = Psf(7.0).kernel()[7]
    row = row / row.max()
    np.testing.assert_allclose(row[1:-1], 1, atol=0.02)
    assert row[0] == pytest.approx(0.5, abs=0.06)
    soft = Psf(7.0, rim=4.0).kernel()
    assert soft[soft.shape[0] // 2].max() / soft[soft.shape[0] // 2, 2] == pytest.approx(2, rel=0.1)
    np.testing.assert_allclose(Psf(0.5)(scene[0]), scene[0], atol=1e-6)  # within one pixel


def test_kernels_that_are_not_round():
    stretched = Psf(6.0, stretch=1.5).kernel()
    assert moment(stretched)[1] / moment(stretched.T)[1] == pytest.approx(1.5**2, rel=0.05)
    six = Psf(10.0, "polygon", blades=6).kernel() > 0  # a corner in the direction of its angle
    middle = six.shape[0] // 2
    assert six[middle].sum() > six[:, middle].sum()


@pytest.mark.parametrize("shape", SHAPES)
def test_offset_shifts_the_picture_right_and_down(shape):
    dot = np.zeros((21, 21), np.float32)
    dot[10, 10] = 1
    blurred = Psf(2.0, shape, offset=(0.6, -0.3))(dot)
    y, x = np.mgrid[:21, :21]
    assert (blurred * x).sum() == pytest.approx(10.6, abs=0.03)
    assert (blurred * y).sum() == pytest.approx(9.7, abs=0.03)


def test_lens_draws_what_it_is_asked_for(rng):
    lens = Lens(radii=(2, 4), polygons=0.5, gaussians=0.0, rim=0, stretch=1)
    radii = [lens.radius(rng) for _ in range(200)]
    assert 2 <= min(radii) < 2.1
    assert 3.9 < max(radii) <= 4
    drawn = [lens.draw(3.0, rng) for _ in range(100)]
    assert {psf.shape for psf in drawn} == {"disc", "polygon"}
    assert {(psf.rim, psf.stretch, psf.radius) for psf in drawn} == {(0, 1, 3)}


def test_without_blur_both_pictures_are_the_clean_one(scene):
    def unblurred(image):
        return image

    far, matte, colours = scene
    near, distant, clean, _ = composite(far, [(matte, colours)], unblurred, [unblurred])
    np.testing.assert_allclose(near, clean, atol=1e-6)
    np.testing.assert_allclose(distant, clean, atol=1e-6)
    np.testing.assert_array_equal(clean, np.where(matte[..., None] == 1, colours, far))
    objects = [(matte, colours), (matte, np.ones_like(colours))]  # the last one is the nearest
    clean = composite(far, objects, unblurred, [unblurred] * 2)[2]
    np.testing.assert_array_equal(clean[matte == 1], 1)


def test_each_picture_is_sharp_away_from_the_border_on_its_own_side(scene):
    """Beside the near object none is: no choice of pixels can undo its haze."""
    far, matte, colours = scene
    near, distant, clean, border = composite(far, [(matte, colours)], Psf(3.0), [Psf(4.0)])
    inside, beyond = matte == 1, cv2.dilate(matte, np.ones((11, 11))) == 0
    np.testing.assert_allclose(near[inside], clean[inside], atol=1e-6)
    np.testing.assert_allclose(distant[beyond], clean[beyond], atol=1e-6)
    assert not border[beyond].any()
    beside = border & ~inside
    assert beside.sum() > 100
    assert min(np.abs(picture - clean)[beside].mean() for picture in (near, distant)) > 0.03


def test_blur_by_an_even_depth_is_the_blur_of_that_radius(scene):
    radii = np.full((60, 60), 3.0, np.float32)
    blurred = blurred_by_depth(scene[0], Psf, radii)
    np.testing.assert_allclose(blurred, Psf(3.0)(scene[0]), atol=1e-6)
    np.testing.assert_array_equal(blurred_by_depth(scene[0], Psf, 0 * radii), scene[0])


def test_a_slanted_plane_has_a_band_that_is_sharp_in_both(scene):
    depth = np.tile(np.arange(60, dtype=np.float32) - 30, (60, 1))
    near, distant, clean, border = slanted(scene[0], Psf, depth, 0.2, 10)
    np.testing.assert_array_equal(near[:, :36], clean[:, :36])
    np.testing.assert_array_equal(distant[:, 25:], clean[:, 25:])
    lost = np.abs(near - clean).mean(axis=(0, 2))
    assert 0 < lost[38] < lost[45] < lost[55]
    np.testing.assert_array_equal(np.flatnonzero(border[0]), np.arange(18, 43))


def test_mattes_of_each_kind(rng):
    mask = cv2.circle(np.zeros((80, 80), np.uint8), (40, 40), 20, 1, -1).astype(np.float32)
    plain = Mattes(masks=1, thin=0, hair=0, soft=0)
    assert (np.abs(plain.draw(mask, rng) - mask) > 0.5).mean() == 0
    soft = replace(plain, soft=1).draw(mask, rng)
    assert ((soft > 0.05) & (soft < 0.95)).sum() > 150
    shape = replace(plain, masks=0).draw(mask, rng)
    assert (np.abs(shape - mask) > 0.5).mean() > 0.05
    assert np.abs(replace(plain, hair=1).draw(mask, rng) - mask).max() > 0.5


def test_hair_grows_out_of_the_border_and_thin_structures_are_thin(rng):
    disc = cv2.circle(np.zeros((120, 120), np.uint8), (60, 60), 25, 1, -1).astype(np.float32)
    y, x = np.nonzero(hair(disc, rng) > 0.2)
    distance = np.hypot(y - 60, x - 60)
    assert distance.max() > 27
    assert (distance > 18).mean() > 0.9
    thin = thin_structure((80, 90), rng)
    assert thin.max() > 0.9
    assert cv2.erode(thin, np.ones((9, 9)))[8:-8, 8:-8].mean() < 0.02


def test_uneven_light_and_parallax_stay_small_and_faults_are_rare(rng):
    faults = Faults(parallax=1, uneven=1)
    for _ in range(50):
        gain = faults.light((40, 50), rng)
        assert gain.shape == (40, 50, 1)
        assert 0 < np.abs(gain - 1).max() <= 0.03
        assert 0 < max(map(abs, faults.offset(rng))) <= 0.7
    assert FAULTLESS.offset(rng) == (0, 0)
    assert FAULTLESS.light((4, 4), rng) == 1
    faults, image, spared = Faults(), np.full((8, 8, 3), 0.5, np.float32), 0
    for _ in range(400):
        offset, light = faults.offset(rng), faults.light((8, 8), rng)
        pair = faults.camera([image, image], rng)
        spared += offset == (0, 0) and np.all(light == 1) and all(p is image for p in pair)
    assert 0.66 < spared / 400 < 0.82  # roughly three pairs in four have no fault


def test_noise_grows_with_brightness(rng):
    pair = [np.full((100, 100, 3), level, np.float32) for level in (0.0, 0.9)]
    faults = replace(FAULTLESS, noise=1, read=0.001, shot=1e-3)
    dark, bright = (image.std() for image in faults.camera(pair, rng))
    assert dark < 0.0011
    assert bright > 2 * dark


def test_patches_are_cut_as_the_blobs_say(photographs):
    recipe = replace(SMALL, relative=True)
    for draw in range(6):
        cut = recipe.cut(photographs[0], draw, *photographs[1:3])
        assert [(blob.dtype, blob.shape) for blob in cut] == [(np.float32, (6, 1, 16, 16))] * 4
        assert all(0 <= blob.min() <= blob.max() <= 1 for blob in cut)
        np.testing.assert_array_equal(cut[3], relative_weights(*cut[:3]))
    with pytest.raises(BadInput, match=r"^A patch of 65 pixels is larger than the scene's 64\.$"):
        replace(SMALL, patch=65)


def test_patches_of_three_channels_are_colours_or_one_plane_thrice(photographs):
    recipe = replace(SMALL, channels=3, gray=0.5, robust=0, per_pair=40, relative=True)
    cut = recipe.cut(photographs[0], 0, *photographs[1:3])
    assert [blob.shape for blob in cut] == [(40, 3, 16, 16)] * 4
    assert list(recipe.blobs.values()) == [(3, 16, 16)] * 4
    gray = [(patch == patch[:1]).all() for patch in cut[2]]
    assert 8 < sum(gray) < 32
    for patch, is_gray in zip(cut[0], gray):
        assert (patch == patch[:1]).all() == is_gray


def test_recoloured_scenes_keep_their_edges_in_other_colours(rng):
    image = rng.random((20, 20, 3)).astype(np.float32)
    image[:, :10] = 0.5
    looks = [recoloured(image, rng) for _ in range(40)]
    for look in looks:
        assert look.dtype == np.float32
        assert 0 <= look.min() <= look.max() <= 1
        assert np.ptp(look[:, :10], axis=(0, 1)).max() == 0
        assert np.ptp(look[:, 10:], axis=(0, 1)).min() > 0.3
    channels = np.array([look[:, 10:].reshape(-1, 3).T for look in looks])
    signs = {np.sign(np.corrcoef(look[0], image[:, 10:, 0].ravel())[0, 1]) for look in channels}
    assert signs == {-1, 1}


def test_randomness_follows_from_seed_name_and_draw(photographs):
    def cut(recipe, draw, first=0):
        return np.array(recipe.cut(photographs[first], draw, *photographs[3:5]))

    np.testing.assert_array_equal(cut(SMALL, 0), cut(SMALL, 0))
    for other in (cut(SMALL, 1), cut(replace(SMALL, seed=1), 0), cut(SMALL, 0, 1)):
        assert not np.array_equal(other, cut(SMALL, 0))


def test_most_patches_lie_on_a_border_of_focus(photographs, rng):
    recipe = replace(SMALL, per_pair=300, on_border=0.7, scene=200)
    border = np.zeros((200, 200), bool)
    border[90:110, 97:103] = True
    corners = list(recipe._corners(border, rng))
    held = sum(border[y : y + 16, x : x + 16].any() for y, x in corners)
    assert 0.62 < held / 300 < 0.82
    assert any(y == 0 or x == 0 for y, x in corners)


@pytest.mark.parametrize(
    ("expected", "shares"),
    [
        (["patches"], {"robust": 1}),
        (["_before"], {"robust": 0, "planar": 0}),
        (["_slanted_plane"], PLANAR),
        (["_slanted_plane"], {**PLANAR, "recoloured": 1}),
        (["_slanted_plane"], {**PLANAR, "channels": 3, "recoloured": 0}),
        (["recoloured", "_slanted_plane"], {**PLANAR, "channels": 3, "recoloured": 1}),
    ],
)
def test_shares_choose_what_a_pair_is(photographs, monkeypatch, expected, shares):
    """Only scenes of three channels are recoloured."""
    made = []
    for name in ("_before", "_slanted_plane", "patches", "recoloured"):
        real = getattr(physical, name)

        def noted(*args, real=real, name=name):
            made.append(name)
            return real(*args)

        monkeypatch.setattr(physical, name, noted)
    for draw in range(3):
        replace(SMALL, **shares).cut(photographs[0], draw, *photographs[1:3])
    assert sorted(made) == sorted(expected * 3)


def test_linear_light_changes_the_pair_but_not_what_is_sharp(photographs):
    mattes = Mattes(thin=0, masks=1, hair=0, soft=0)
    recipe = replace(SMALL, planar=0, faults=FAULTLESS, mattes=mattes, shrunk=0, slanted_far=0)
    recipes = [replace(recipe, linear=share) for share in (0, 1)]
    pairs = [physical_pair(photographs[0], 0, photographs[1:3], one) for one in recipes]
    far_from_border = cv2.erode(1 - pairs[0][3].astype(np.uint8), np.ones((5, 5))) > 0
    clean = [pair[2][far_from_border] for pair in pairs]
    np.testing.assert_allclose(*clean, atol=1e-3)
    assert np.abs(pairs[0][0] - pairs[1][0]).max() > 0.05


def test_augmentation_mirrors_and_swaps_patch_by_patch(rng):
    stack = rng.random((3, 40, 1, 5, 5)).astype(np.float32)
    found = set()
    for before, after in zip(stack.swapaxes(0, 1), augmented(stack, rng).swapaxes(0, 1)):
        for swap in (False, True):
            for axes in ((), (2,), (3,), (2, 3)):
                asked = np.flip(before[[1, 0, 2]] if swap else before, axes)
                if np.array_equal(asked, after):
                    found.add((swap, axes))
    assert len(found) == 8


def test_no_photograph_of_the_training_is_in_validation(photographs):
    amounts = dataset.Amounts(draws=5, val_share=0.25, val_patches=30)
    train, val = dataset._splits(photographs, SMALL, amounts)
    names = [{p.name for first, _, *more in s.pairs for p in (first, *more)} for s in (train, val)]
    assert not names[0] & names[1]
    assert len(names[0] | names[1]) == 12
    # The same photographs as of the other recipes.
    plain = dataset._splits(photographs, Recipe(per_pair=6), amounts)
    for split, same in zip((train, val), plain):
        assert {p.name for p, *_ in split.pairs} == {p.name for p, _ in same.pairs}


def test_a_dataset_of_the_recipe(photographs, tmp_path):
    amounts = dataset.Amounts(draws=1, val_share=0.25, val_patches=12)
    manifest = dataset.build(photographs, tmp_path / "out", SMALL, amounts, progress=False)
    assert manifest["patches"] == {"train": 54, "val": 12}
    written = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert written["settings"]["lens"]["radii"] == [0.5, 12.0]
    assert dataset.build(photographs, tmp_path / "out", SMALL, amounts) == manifest
