"""What both nonsubsampled transforms must do."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage import data

from twostream.data.defocus import Blur
from twostream.data.pairs import make_pair
from twostream.methods import nsct, nsst
from twostream.metrics import mutual_information, qabf

GOLDEN = Path(__file__).parents[3] / "shared/golden"
both = pytest.mark.parametrize("method", [nsct, nsst], ids=["nsct", "nsst"])


@both
@pytest.mark.parametrize("shape", [(64, 64), (61, 67), (1, 1), (1, 7), (130, 3)])
def test_reconstruction_is_perfect(rng, method, shape):
    picture = rng.normal(size=shape)
    fused = method.fuse([picture, picture, picture])
    np.testing.assert_allclose(fused, picture, rtol=0, atol=1e-10)


@both
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_a_colour_picture_of_any_type_returns(rng, method, dtype):
    picture = rng.random((45, 38, 3))
    if np.dtype(dtype).kind == "u":
        picture = np.rint(picture * np.iinfo(dtype).max)
    picture = picture.astype(dtype)
    fused = method.fuse([picture, picture])
    assert fused.dtype == dtype
    np.testing.assert_allclose(fused, picture, rtol=0, atol=1e-6 if dtype == np.float32 else 0)


@both
def test_shifts_pass_through(method):
    """Unlike what subsamples: the pictures shifted, the fused one is shifted, away from borders."""
    clean = data.camera() / 255
    pair = [cv2.GaussianBlur(clean, (0, 0), 3), clean]
    pair[0][:, 256:], pair[1][:, 256:] = clean[:, 256:], pair[0][:, 256:]
    fused = method.fuse([picture[:-3, :-5] for picture in pair])
    shifted = method.fuse([picture[3:, 5:] for picture in pair])
    np.testing.assert_allclose(
        shifted[217:281, 215:279], fused[220:284, 220:284], rtol=0, atol=1e-9
    )


@both
def test_order_of_three_does_not_matter(rng, method):
    a, b, c = rng.random((3, 40, 50))
    fused = method.fuse([a, b, c])
    for order in ([a, c, b], [b, a, c], [c, b, a]):
        np.testing.assert_allclose(method.fuse(order), fused, rtol=0, atol=1e-10)


@both
def test_of_flat_pictures_the_mean(method):
    flat = [np.full((40, 50), value) for value in (0.2, 0.4, 0.9)]
    np.testing.assert_allclose(method.fuse(flat), 0.5, rtol=0, atol=1e-12)


@both
def test_channels_are_fused_each_by_itself(rng, method):
    a, b = rng.random((2, 30, 40, 3))
    fused = method.fuse([a, b])
    for c in range(3):
        np.testing.assert_array_equal(fused[..., c], method.fuse([a[..., c], b[..., c]]))


def psnr(image, clean):
    return 10 * np.log10(255**2 / np.mean((image.astype(float) - clean) ** 2))


@both
def test_half_blurred_pictures_become_sharp(method):
    """Measured: 51.1 and 50.9 dB; the mean of the sources has 27.6 dB."""
    clean = data.camera()[100:356, 100:356]
    region = np.zeros(clean.shape, bool)
    region[:, :128] = True
    pair = make_pair(clean, region, (Blur(3), Blur(3, "disc")))
    assert psnr(method.fuse(pair), clean) > psnr(np.mean(pair, axis=0), clean) + 22


@both
def test_it_does_not_ring(method):
    """Over- and undershoot at a step that one source has sharp and the other blurred."""
    sharp = np.zeros((64, 128))
    sharp[:, 64:] = 0.5
    fused = method.fuse([sharp + 0.2, cv2.GaussianBlur(sharp, (0, 0), 3) + 0.2])
    np.testing.assert_allclose(fused, sharp + 0.2, rtol=0, atol=0.02)


@both
@pytest.mark.skipif(not GOLDEN.is_dir(), reason="the pictures lie beside the project")
@pytest.mark.parametrize(("pair", "mi", "q"), [("clockdark", 1.06, 0.685), ("pepsi", 1.015, 0.76)])
def test_scores(method, pair, mi, q):
    """Higher than the Laplacian pyramid (0.970, 0.660; 0.959, 0.753)."""
    sources = [cv2.imread(str(GOLDEN / f"{pair}_{side}.png"), 0) for side in "AB"]
    fused = method.fuse(sources)
    assert mutual_information(sources, fused) > mi
    assert qabf(sources, fused) > q
