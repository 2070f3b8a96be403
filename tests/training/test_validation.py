import numpy as np
import pytest
from small_nets import write_net

from twostream import BadInput
from twostream.caffe_files.caffemodel import write_weights
from twostream.data import hdf5
from twostream.engines import load
from twostream.metrics import psnr_rgb
from twostream.metrics.psnr import EQUAL_PSNR
from twostream.nets.initial_weights import average_start
from twostream.nets.two_stream import Design, deploy
from twostream.training.validation import validate

SMALL = Design(filters=4, kernel=3)


@pytest.fixture
def patches(tmp_path, rng):
    stack = rng.random((3, 60, 1, 20, 20)).astype(np.float32)
    hdf5.write_shard(tmp_path / "val_0000.h5", stack)
    hdf5.write_list(tmp_path / "val.txt", [tmp_path / "val_0000.h5"])
    return tmp_path / "val.txt", stack


def test_a_net_that_averages_scores_as_the_average(tmp_path, patches):
    prototxt, weights = write_net(tmp_path, SMALL)
    write_weights(weights, deploy(SMALL), average_start(SMALL))
    found = validate(load(prototxt, weights), patches[0])
    a, b, clean = patches[1]
    expected = -10 * np.log10((((a + b) / 2 - clean) ** 2).mean(axis=(1, 2, 3)))
    np.testing.assert_allclose(found.average, expected, rtol=1e-5)
    np.testing.assert_allclose(found.net, expected, rtol=1e-5)
    assert "60 patches" in found.summary()


def test_patches_have_the_psnr_of_the_metric(tmp_path, patches):
    """The metric rounds to 1/4096 of a level of 255, which these errors do not see."""
    found = validate(load(*write_net(tmp_path, SMALL)), patches[0])
    a, b, clean = (blob[:, 0].astype(float) for blob in patches[1])
    expected = [psnr_rgb(*pictures) for pictures in zip(clean, (a + b) / 2)]
    np.testing.assert_allclose(found.average, expected, rtol=1e-5)
    assert found.worse.mean() > 0.5  # a random net
    assert found.net.mean() < found.average.mean()


def test_equal_patches_have_a_finite_psnr(tmp_path, patches):
    same = np.broadcast_to(patches[1][:1], patches[1].shape)
    hdf5.write_shard(tmp_path / "same.h5", same)
    hdf5.write_list(tmp_path / "same.txt", [tmp_path / "same.h5"])
    found = validate(load(*write_net(tmp_path, SMALL)), tmp_path / "same.txt")
    np.testing.assert_array_equal(found.average, EQUAL_PSNR)


def test_nets_of_other_inputs_are_refused(tmp_path, patches):
    net = load(*write_net(tmp_path, Design(filters=4, kernel=3, streams=3)))
    with pytest.raises(BadInput, match="data_a, data_b, data_c"):
        validate(net, patches[0])
