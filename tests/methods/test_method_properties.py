import cv2
import numpy as np
import pytest
from pairwise import pairwise
from skimage import data

from twostream import BadInput
from twostream.data.defocus import Blur
from twostream.data.pairs import make_pair
from twostream.methods import METHODS

PYRAMIDS = ("laplacian_pyramid", "steerable_pyramid", "ratio_pyramid", "contrast_pyramid")
PER_CHANNEL = ("average", "dwt", *PYRAMIDS, "srcnn", "nsct", "nsst")
ALL = (*PER_CHANNEL, "guided_filter", "psf", "cnn", "dct", "focused_pixels", "block_classifier")
IN_SEQUENCE = ("psf", "cnn", "block_classifier")  # fuse the result of two pictures with the third
SHAPES = [(64, 64), (33, 47, 3), (5, 3), (1, 1), (1, 7, 3), (130, 2)]
DTYPES = [np.uint8, np.uint16, np.float32, np.float64]
every_method = pytest.mark.parametrize("name", ALL)

# Two levels have all properties of four, at a tenth of the time.
TWO_LEVELS = {"nsct": {"directions": (2, 4)}, "nsst": {"directions": (8, 16), "sizes": (8, 16)}}


def fuse(name, *images):
    return METHODS[name].fuse(images, **TWO_LEVELS.get(name, {}))


def random_picture(rng, shape, dtype):
    picture = rng.random(shape)
    if np.dtype(dtype).kind == "u":
        picture = np.rint(picture * np.iinfo(dtype).max)
    return picture.astype(dtype)


@pytest.mark.parametrize(("name", "shape", "dtype"), pairwise(ALL, SHAPES, DTYPES))
def test_a_picture_fused_with_itself_returns(rng, name, shape, dtype):
    picture = random_picture(rng, shape, dtype)
    fused = fuse(name, picture, picture.copy(), picture.copy())
    assert fused.dtype == dtype
    assert fused.shape == shape
    if np.dtype(dtype).kind == "u":
        np.testing.assert_array_equal(fused, picture)
    else:
        within = 1e-6 if dtype == np.float32 else 1e-12
        np.testing.assert_allclose(fused, picture, rtol=0, atol=within)


@every_method
def test_floats_of_any_range_return_and_sources_are_not_written_to(rng, name):
    picture = rng.normal(2, 3, (40, 50, 3))
    assert picture.min() < 0 < 1 < picture.max()
    pair = [picture, rng.random((40, 50, 3))]
    np.testing.assert_allclose(fuse(name, picture, picture), picture, rtol=0, atol=1e-10)
    kept = [one.copy() for one in pair]
    fuse(name, *pair)
    np.testing.assert_array_equal(pair, kept)


@pytest.mark.parametrize("name", [name for name in ALL if name not in IN_SEQUENCE])
def test_order_does_not_matter(rng, name):
    a, b, c = (rng.random((40, 50)) for _ in range(3))
    fused = fuse(name, a, b, c)
    for order in ((a, c, b), (b, a, c), (c, b, a)):
        np.testing.assert_allclose(fuse(name, *order), fused, rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", PER_CHANNEL)
def test_order_does_not_matter_where_details_tie(rng, name):
    noise = rng.integers(-20, 20, (40, 50)) / 64
    a, b = 0.5 + noise, 0.5 - noise
    np.testing.assert_allclose(fuse(name, a, b), fuse(name, b, a), rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "scale", "within"),
    [
        *((name, 0.5, 1e-9) for name in PER_CHANNEL[:4]),
        ("guided_filter", 1, 1 / 255),  # a weight of 256 levels may be rounded the other way
    ],
)
def test_scale_and_offset_pass_through(rng, name, scale, within):
    pair = [rng.random((40, 50)) / 2 for _ in "ab"]
    shifted = fuse(name, *(scale * picture + 0.25 for picture in pair))
    expected = scale * fuse(name, *pair) + 0.25
    np.testing.assert_allclose(shifted, expected, rtol=0, atol=within)


@pytest.mark.parametrize("name", PER_CHANNEL)
def test_flat_pictures_give_their_mean(name):
    flat = [np.full((40, 50), value) for value in (0.2, 0.4, 0.9)]
    np.testing.assert_allclose(fuse(name, *flat), 0.5, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", PER_CHANNEL)
def test_channels_are_fused_each_by_itself(rng, name):
    pair = [random_picture(rng, (40, 50, 3), np.uint16) for _ in "ab"]
    fused = fuse(name, *pair)
    for c in range(3):
        np.testing.assert_array_equal(fused[..., c], fuse(name, *(p[..., c] for p in pair)))


@pytest.mark.parametrize(
    "name", ["guided_filter", "dct", "psf", "focused_pixels", "block_classifier"]
)
def test_luma_decides_for_all_channels(rng, name):
    """The other source differs, even more, in blue, but hardly in luma."""
    texture = cv2.GaussianBlur(rng.normal(0, 1, (96, 96)), (0, 0), 1)
    sharp = np.full((96, 96, 3), 0.5)
    sharp[..., 1] += 0.1 * texture
    blurred = cv2.GaussianBlur(sharp, (0, 0), 2)
    blurred += (0.114, 0, -0.299)  # the same luma
    for pair in ([sharp, blurred], [blurred, sharp]):
        assert np.mean(np.abs(fuse(name, *pair) - sharp) < 0.02) > 0.9


@every_method
def test_gray_beside_colour_counts_as_colour(rng, name):
    gray, colour = (random_picture(rng, s, np.uint8) for s in ((30, 40), (30, 40, 3)))
    fused = fuse(name, gray, colour)
    np.testing.assert_array_equal(fused, fuse(name, np.dstack([gray] * 3), colour))


@every_method
def test_integers_do_not_wrap(name):
    a, b = np.zeros((2, 64, 64), np.uint8)
    a[:, ::2], b[::2] = 255, 255
    for pair in ((a, b), (255 - a, b), (a, np.full_like(a, 255))):
        float_pair = [picture / 255 for picture in pair]
        expected = np.clip(255 * fuse(name, *float_pair), 0, 255)
        np.testing.assert_allclose(fuse(name, *pair), expected, rtol=0, atol=0.501)


@every_method
def test_bad_pictures(name):
    for shapes, sentence in (
        ([(8, 8)], "at least two"),
        ([(8, 8), (8, 9)], "differ in size"),
        ([(0, 8)] * 2, "A frame has H x W"),
    ):
        with pytest.raises(BadInput, match=sentence):
            fuse(name, *(np.zeros(shape, np.uint8) for shape in shapes))


def _gain(name, images, clean):
    """Decibels by which a method with its own settings is nearer to the truth than the average."""
    found, average = (METHODS[method].fuse(images).astype(float) for method in (name, "average"))
    return 10 * np.log10(np.mean((average - clean) ** 2) / np.mean((found - clean) ** 2))


# Decibels above the plain average: half a decibel less than was measured.
GAINS = {  # of half-blurred gray and colour pictures, and of three pictures
    "dwt": (13.5, 10.4, 9.7),
    "laplacian_pyramid": (13, 12.8, 14.9),
    "steerable_pyramid": (19.9, 17.7, 16.5),
    "ratio_pyramid": (13.3, 12.4, 15),
    "contrast_pyramid": (13.4, 12.5, 15),
    "guided_filter": (19.7, 14.9, 13.4),
    "srcnn": (17.5, None, None),
    "dct": (20.1, 23.9, 10.1),
    "focused_pixels": (19.7, 21, 15.1),
    "psf": (21.9, 19.9, 27.7),
    "block_classifier": (28.6, 23.9, 7.9),
    "nsct": (22.9, None, None),
    "nsst": (22.8, None, None),
}


def gains(column):
    return [(name, found[column]) for name, found in GAINS.items() if found[column]]


@pytest.mark.parametrize(("name", "gain", "colour"), [(*g, c) for c in (0, 1) for g in gains(c)])
def test_half_blurred_pictures_become_sharp(name, gain, colour):
    clean = data.astronaut()[:256, 100:356] if colour else data.camera()[100:356, 100:356]
    region = np.zeros(clean.shape[:2], bool)
    region[:, :128] = True
    pair = make_pair(clean, region, (Blur(3), Blur(3, "disc")))
    assert _gain(name, pair, clean) > gain


@pytest.mark.parametrize(("name", "gain"), gains(2))
def test_three_pictures_each_sharp_in_a_third(name, gain):
    clean = data.camera()[100:340, 100:340]
    blurred = Blur(3)(clean.astype(np.float32)).round().astype(np.uint8)
    stack = [blurred.copy() for _ in range(3)]
    for third, picture in enumerate(stack):
        columns = slice(80 * third, 80 * third + 80)
        picture[:, columns] = clean[:, columns]
    assert _gain(name, stack, clean) > gain
