import numpy as np
import pytest
from skimage import data

from twostream.data.srcnn_patches import enlarged, reduced
from twostream.engines import load
from twostream.methods.srcnn import _fuse_wavelets, _mean_of_blocks, fuse, lift
from twostream.nets.pretrained import SRCNN_NET, SRCNN_WEIGHTS


@pytest.fixture(scope="module")
def net():
    return load(SRCNN_NET, SRCNN_WEIGHTS)


def test_lifting_beats_bicubic_interpolation(net):
    clean = data.camera()[100:228, 100:228].astype(np.float32) / 255
    low = reduced(clean)
    errors = [np.mean((p - clean) ** 2) for p in (enlarged(low, clean.shape), lift(net, low))]
    assert 10 * np.log10(errors[0] / errors[1]) > 1


@pytest.mark.parametrize("shape", [(1, 1), (5, 3), (33, 40)])
def test_blocks_of_what_is_lifted_have_the_sources_mean(net, rng, shape):
    plane = rng.random(shape)
    lifted = lift(net, plane)
    assert lifted.shape == (2 * shape[0], 2 * shape[1])
    np.testing.assert_allclose(_mean_of_blocks(lifted), plane, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("wavelet", "shape"), [("db1", (2, 2)), ("db3", (10, 6)), ("bior4.4", (66, 34))]
)
def test_transform_is_reconstructed_perfectly(rng, wavelet, shape):
    plane = rng.random(shape)
    back = _fuse_wavelets([plane, plane], 3, wavelet, 1)
    np.testing.assert_allclose(back, plane, rtol=0, atol=1e-10)


def test_transform_is_shift_invariant(rng):
    pair = rng.random((2, 64, 64))
    fused = _fuse_wavelets(list(pair), 2, "db1", 3)
    shifted = _fuse_wavelets(list(np.roll(pair, 1, axis=2)), 2, "db1", 3)
    np.testing.assert_allclose(shifted[16:48, 17:49], fused[16:48, 16:48], rtol=0, atol=1e-12)


def test_levels_and_wavelet_matter(rng):
    pair = list(rng.random((2, 40, 40)))
    fused = fuse(pair)
    assert np.abs(fuse(pair, levels=2) - fused).max() > 0.01
    assert np.abs(fuse(pair, wavelet="db3") - fused).max() > 0.01
