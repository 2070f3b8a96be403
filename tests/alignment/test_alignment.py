import cv2
import numpy as np
import pytest
from made_stack import SHAPE, corner_error, made_stack
from skimage import data

from twostream import BadInput
from twostream.alignment.alignment import _settled, align
from twostream.alignment.band_pyramid import BandPyramid
from twostream.alignment.common_field import common_field
from twostream.alignment.registered import register
from twostream.alignment.registration import Match, match, shift_at_corners
from twostream.alignment.warping import warped
from twostream.data.defocus import Blur
from twostream.data.pairs import make_pair
from twostream.fusion.frames import Frames
from twostream.io.pixels import Scale
from twostream.methods import method
from twostream.metrics import psnr_rgb

CUP = data.coffee()[50:306, 100:356]


@pytest.fixture(scope="module")
def made():
    return made_stack()


def assert_untouched(frames, **options):
    """Check that frames come out as they are, in `auto`."""
    frames = Frames(frames)
    registered, alignment = register(frames, **options)
    assert (alignment.shift, alignment.left_out) == (0, [])
    assert len(registered) == len(frames)
    for given, kept in zip(frames, registered):
        np.testing.assert_array_equal(kept, given)


def moved(picture, transform):
    return warped(picture, np.linalg.inv(transform), (0, 0, *picture.shape[:2]))


def turned(degrees, scale=1.0, shift=(0, 0), middle=(128, 128)):
    c, s = scale * np.cos(np.radians(degrees)), scale * np.sin(np.radians(degrees))
    to_middle = np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, 1.0]])
    turn = np.array([[c, -s, shift[0]], [s, c, shift[1]], [0, 0, 1]])
    return np.linalg.inv(to_middle) @ turn @ to_middle


def test_a_stack_of_known_truth(made):
    """Transforms to 0.2 pixels, and 6 dB over the Laplacian pyramid on the same frames."""
    registered, alignment = register(Frames(made.frames), level=True)
    errors = [corner_error(*both) for both in zip(registered.transforms, made.transforms)]
    assert max(errors) < 0.2
    moves = max(corner_error(np.eye(3), true) for true in made.transforms)
    assert abs(alignment.shift - moves) < 0.2
    top, left, height, width = registered.crop
    assert (height, width) != SHAPE
    exposure = np.median(registered.gains * made.gains, axis=0)
    truth = made.truth[top : top + height, left : left + width] * exposure
    truth = np.rint(truth).astype(np.uint8)
    select = method("select").fuse_frames(registered, weights="fast").picture
    pyramid = method("laplacian_pyramid").fuse_frames(registered).picture
    assert psnr_rgb(truth, select) > psnr_rgb(truth, pyramid) + 6


@pytest.mark.parametrize("corner", [(90, 90), (90, 180)])
def test_blur_is_not_taken_for_a_move(corner):
    """What is alike in small pictures, strongly blurred in one half each, fits better if moved."""
    top, left = corner
    clean = data.coffee()[top : top + 128, left : left + 128]
    region = np.broadcast_to(np.arange(128) < 64, (128, 128))
    assert_untouched(make_pair(clean, region, (Blur(4), Blur(4))))


def test_long_frames_that_are_registered_are_accepted():
    wide = np.hstack([data.coffee()[100:180], data.chelsea()[100:180], data.rocket()[100:180]] * 2)
    near = np.sin(np.arange(wide.shape[1]) / 120)[None, :, None] > 0
    blurred = cv2.GaussianBlur(wide, (0, 0), 4)
    pair = [np.where(near, wide, blurred), np.where(near, blurred, wide)]
    assert_untouched(pair)
    assert_untouched([frame.swapaxes(0, 1).copy() for frame in pair])
    with pytest.raises(BadInput, match="cannot be registered"):
        register(Frames([pair[0], pair[1][::-1, ::-1].copy()]))


def test_what_is_registered_is_not_touched(made):
    assert_untouched([made.frames[0], made.frames[11]], align="none")
    assert_untouched(made_stack(5, size=0).frames)
    clean = data.camera()[100:356, 100:356]
    region = np.zeros(clean.shape, bool)
    region[:, :128] = True
    for blurs in ((Blur(2), Blur(2)), (Blur(6, "disc"), Blur(3))):
        assert_untouched(make_pair(clean, region, blurs))


@pytest.mark.parametrize("side", [8, 64, 200])
def test_what_shows_nothing_is_not_touched(rng, side):
    shape = (side, side, 3)
    ramp = np.broadcast_to(np.arange(side, dtype=np.uint8)[:, None, None], shape)
    noise = [rng.integers(0, 256, shape).astype(np.uint8) for _ in "ab"]
    faint = [ramp // 2 + rng.integers(100, 105, shape).astype(np.uint8) for _ in "ab"]
    for pair in ([ramp, ramp // 2], noise, faint, [noise[0], np.zeros(shape, np.uint8)]):
        assert_untouched(pair)


def test_small_shifts_stay_and_larger_ones_are_found():
    a = data.camera()[100:356, 100:356, None]
    for shift in (0.3, 0.8):
        b = moved(a, turned(0, shift=(shift, 0)))
        found = align(Frames([a[..., 0], b[..., 0]]))
        assert found.shift == pytest.approx(shift if shift > 0.5 else 0, abs=0.05)


@pytest.mark.parametrize("model", ["auto", "translation", "similarity", "homography"])
def test_models(model):
    tilt = np.array([[1, 0, 0], [0, 1, 0], [1e-4, -5e-5, 1]])
    own = {"translation": turned(0, shift=(7, -5)), "homography": turned(1, 1.02) @ tilt}
    true = own.get(model, turned(3, 1.04, (6, -4)))
    found = align(Frames([CUP, moved(CUP, true)]), model)
    assert corner_error(found.transforms[1], true, CUP.shape[:2]) < 0.2
    assert found.numbers == [0, 1]


def test_auto_takes_a_homography_where_it_is_needed():
    true = turned(1, 1.02) @ np.array([[1, 0, 0], [0, 1, 0], [4e-4, -2e-4, 1]])
    found = align(Frames([CUP, moved(CUP, true)]))
    assert corner_error(found.transforms[1], true, CUP.shape[:2]) < 0.3


def test_features_help_where_the_move_is_large_and_exposure_does_not_matter():
    for true, exposure, error in (
        (turned(25, 1.1, (30, 10)), 1, 0.5),
        (turned(0.5, 1.01, (3, 2)), 0.5, 0.2),
    ):
        b = (moved(CUP, true) * exposure).astype(np.uint16) * 257
        pair = BandPyramid(CUP, Scale(0, 255)), BandPyramid(b, Scale(0, 65535))
        found = match(*pair, "similarity")
        assert found.fits
        assert corner_error(found.transform, true, CUP.shape[:2]) < error


def test_a_frame_that_does_not_fit_is_named(made):
    other = data.astronaut()[: SHAPE[0], : SHAPE[1]]
    frames = Frames([*made.frames[4:8], other])
    with pytest.raises(BadInput, match="frame 5 cannot be registered to frame 3"):
        align(frames)
    found = align(frames, skip_bad=True)
    assert (found.numbers, found.left_out) == ([0, 1, 2, 3], [4])
    with pytest.raises(BadInput, match="frame 2 cannot be registered to frame 1"):
        align(Frames([made.frames[0], other]))
    with pytest.raises(BadInput, match="No other frame can be registered"):
        align(Frames([made.frames[0], other]), skip_bad=True)


def test_a_middle_frame_that_does_not_fit_is_the_one_named(made):
    other = data.astronaut()[: SHAPE[0], : SHAPE[1]]
    frames = Frames([*made.frames[4:6], other, *made.frames[6:8]])
    found = align(frames, skip_bad=True)
    assert (found.numbers, found.left_out) == ([0, 1, 3, 4], [2])
    assert found.numbers[found.reference] == 3
    with pytest.raises(BadInput, match="frame 3 cannot be registered to frame 4"):
        align(frames)


@pytest.mark.parametrize("shape", [(100, 1), (1, 100), (100, 100), (100, 60)])
@pytest.mark.parametrize("turns", range(4))
def test_the_shift_is_that_of_the_corner_that_moves_most(shape, turns):
    """A larger scale about any corner moves the opposite one most."""
    scaled, (height, width) = np.diag([1.1, 1.1, 1]), shape
    about = np.eye(3)
    about[:2, 2] = (width - 1) * (turns % 2), (height - 1) * (turns // 2)
    moved = shift_at_corners(about @ scaled @ np.linalg.inv(about), shape)
    assert moved == pytest.approx(0.1 * np.hypot(height - 1, width - 1))


def test_the_common_field_is_covered_by_all():
    frame = np.ones((100, 120, 1), np.float32)
    transforms = [turned(2, 0.97, (5, -3), (60, 50)), turned(-1, 1.02, (-4, 8), (60, 50))]
    top, left, height, width = common_field(transforms, (100, 120))
    assert height > 80
    assert width > 95
    ends = np.array([[x, y, 1] for x in (left, left + width - 1) for y in (top, top + height - 1)])
    x, y, _ = np.hstack([transform @ ends.T for transform in transforms])
    assert min(x.min(), y.min()) > -1e-3
    assert max(x.max() - 119, y.max() - 99) < 1e-3
    assert common_field([np.eye(3)], frame.shape[:2]) == (0, 0, 100, 120)


def test_too_little_in_common():
    b, c = (moved(CUP, turned(0, shift=(shift, 0))) for shift in (-80, 80))
    with pytest.raises(BadInput, match="less than half"):
        register(Frames([b, CUP, c]))
    kept, _ = register(Frames([b, CUP, c]), keep_frame=True)
    assert kept.shape == CUP.shape


@pytest.mark.parametrize(("uncertainty", "moves"), [(0, True), (0.1, True), (0.2, False)])
def test_an_uncertain_shift_counts_as_none(uncertainty, moves):
    """A shift of 0.8 pixels must exceed half a pixel by twice its uncertainty."""
    shift = np.array([[1, 0, 0.8], [0, 1, 0], [0, 0, 1]])
    found = Match(shift, uncertainty, 1.0, 1.0, 3)
    np.testing.assert_array_equal(_settled(found, (40, 50)), shift if moves else np.eye(3))
