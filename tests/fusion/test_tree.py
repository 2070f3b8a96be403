import numpy as np
import pytest
from pairwise import pairwise
from small_nets import write_net

import twostream
from twostream import BadInput
from twostream.data.defocus import Blur
from twostream.data.pairs import make_pair
from twostream.fusion import tree
from twostream.fusion.tiled_net import TiledNet
from twostream.nets.two_stream import Design

SMALL = Design(filters=6)
METHODS = ("select", "two_stream")


def picture(rng, shape, dtype=np.uint8):
    return rng.integers(0, np.iinfo(dtype).max, shape, endpoint=True).astype(dtype)


def files(folder, design=SMALL):
    prototxt, weights = write_net(folder, design)
    return {"prototxt": prototxt, "weights": weights}


@pytest.mark.parametrize("design", [{}, {"kernel": 3}, {"depth": 3}, {"stride": 5}], ids=str)
def test_tiles_agree_with_the_whole_picture(tmp_path, rng, design):
    design = Design(filters=6, output_relu=False, **design)
    pair = [rng.random((143, 171), dtype=np.float32) for _ in "ab"]
    whole = twostream.fuse(pair, "two_stream", tile=1000, **files(tmp_path, design))
    tiled = twostream.fuse(pair, "two_stream", tile=40, **files(tmp_path, design))
    # Random weights may leave the unit range: with Caffe 1.7e-6 was seen where they reach 2.
    reach = np.abs(whole).max()
    assert reach > 0.1
    np.testing.assert_allclose(tiled, whole, rtol=0, atol=2e-6 * max(1, reach))


def test_select_by_tiles_agrees_with_the_whole_picture(tmp_path, rng):
    pair = [picture(rng, (143, 171, 3)) for _ in "ab"]
    whole = twostream.fuse(pair, tile=1000, **files(tmp_path))
    tiled = twostream.fuse(pair, tile=40, **files(tmp_path))
    # With Caffe one value of 73,359 came out rounded to the next level.
    np.testing.assert_allclose(tiled, whole.astype(float), rtol=0, atol=1)
    assert np.mean(tiled != whole) < 1e-4


@pytest.mark.parametrize(
    ("method", "dtype", "shape"),
    pairwise(METHODS, [np.uint8, np.uint16, np.float32], [(40, 50), (40, 50, 3), (7, 3), (1, 1)]),
)
def test_size_and_type_stay(tmp_path, rng, method, dtype, shape):
    pair = [rng.random(shape) for _ in "ab"]
    if np.dtype(dtype).kind == "u":
        pair = [np.rint(image * np.iinfo(dtype).max) for image in pair]
    fused = twostream.fuse([image.astype(dtype) for image in pair], method, **files(tmp_path))
    assert fused.dtype == dtype
    assert fused.shape == shape


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_select_returns_a_picture_fused_with_itself(rng, dtype):
    image = picture(rng, (64, 80, 3)).astype(dtype)
    np.testing.assert_allclose(twostream.fuse([image, image.copy()]), image, rtol=1e-6)
    gray = image[..., 0]  # counts as colour beside colour
    colour = np.repeat(gray[..., None], 3, axis=2)
    np.testing.assert_allclose(twostream.fuse([gray, colour]), colour, rtol=1e-6)


def test_channels_of_a_gray_net_are_fused_alike(tmp_path, rng):
    pair = [picture(rng, (40, 50, 3)) for _ in "ab"]
    fused = twostream.fuse(pair, "two_stream", **files(tmp_path))
    for c in range(3):
        plane = twostream.fuse([image[..., c] for image in pair], "two_stream", **files(tmp_path))
        np.testing.assert_array_equal(fused[..., c], plane)


@pytest.mark.parametrize("channels", [3, 4])
def test_nets_of_more_channels(tmp_path, rng, channels):
    net = files(tmp_path, Design(filters=4, channels=channels))
    fused = twostream.fuse([picture(rng, (40, 50, 3)) for _ in "ab"], "two_stream", **net)
    assert fused.shape == (40, 50, 3)
    gray = twostream.fuse([picture(rng, (40, 50)) for _ in "ab"], "two_stream", **net)
    assert gray.shape == (40, 50)


def test_a_stack_is_fused_in_a_balanced_tree(tmp_path, rng):
    net = files(tmp_path)
    a, b, c, d, e = (picture(rng, (30, 30)) for _ in range(5))

    def two(x, y):
        return twostream.fuse([x, y], "two_stream", **net)

    expected = two(two(two(a, b), two(c, d)), e)
    np.testing.assert_array_equal(twostream.fuse([a, b, c, d, e], "two_stream", **net), expected)


def test_a_net_of_three_streams_takes_three_pictures(tmp_path, rng):
    net = files(tmp_path, Design(filters=4, streams=3))
    a, b, c, d = (picture(rng, (30, 30)) for _ in range(4))
    three = twostream.fuse([a, b, c], "two_stream", **net)
    last = twostream.fuse([three, d, d], "two_stream", **net)
    np.testing.assert_array_equal(twostream.fuse([a, b, c, d], "two_stream", **net), last)
    with pytest.raises(BadInput, match="two streams"):
        twostream.fuse([a, b], "select", **net)


def test_boundaries_far_from_what_a_group_gives_to_the_result_are_not_in_the_region():
    source = np.zeros((1, 100), np.uint16)
    source[:, 40:], source[:, 45:] = 1, 2
    group = [tree.Fused(None, None, first, first + 1) for first in range(2)]
    first, region = tree._decided(source, group)
    np.testing.assert_array_equal(np.flatnonzero(first), np.arange(40))
    np.testing.assert_array_equal(np.flatnonzero(region), np.arange(45 + tree.CONTEXT))


def test_shipped_net_recovers_a_known_picture():
    from skimage import data

    clean = data.camera()[100:356, 100:356]
    region = np.zeros(clean.shape, bool)
    region[:, :128] = True
    a, b = make_pair(clean, region, (Blur(3), Blur(3, "disc")))
    pictures = (a.astype(float) + b) / 2, *(twostream.fuse([a, b], m) for m in METHODS)
    average, select, two_stream = (np.mean((p - clean.astype(float)) ** 2) for p in pictures)
    assert two_stream < average / 3
    assert select < average / 6.3  # 8 dB


@pytest.mark.parametrize(
    ("pictures", "dtypes", "sentence"),
    [
        ([(8, 8)], "u1", "at least two"),
        ([(8, 8), (8, 9)], "u1", "differ in size: 8x8, 9x8"),
        ([(8, 8, 5), (8, 8, 5)], "u1", "8 x 8 x 5 of type"),
        ([(0, 8), (0, 8)], "u1", "0 x 8 of type"),
        ([(8, 8), (8, 8)], "u1 u2", "differ in type: uint8, uint16"),
        ([(8, 8), (8, 8)], "i4", "int32"),
    ],
)
def test_bad_pictures(pictures, dtypes, sentence):
    with pytest.raises(BadInput, match=sentence):
        twostream.fuse([np.zeros(s, t) for s, t in zip(pictures, dtypes.split() * 2)])


def test_a_net_that_fuses_nothing(tmp_path):
    prototxt, weights = write_net(tmp_path, SMALL)
    prototxt.write_text(prototxt.read_text().replace('"fused"', '"other"'))
    with pytest.raises(BadInput, match="not a fusion net"):
        TiledNet(prototxt, weights)
