import numpy as np
import pytest

from twostream import prototxt_set
from twostream.caffe_files.blobs import weight_shapes
from twostream.caffe_files.caffemodel import write_weights
from twostream.engines import load
from twostream.errors import BadInput
from twostream.nets import Design, deploy
from twostream.start import average_start

DESIGNS = [
    Design(filters=8),
    Design(filters=4, kernel=3, depth=3),
    Design(filters=4, kernel=3, streams=3),
    Design(filters=4, shared_streams=True),
    Design(filters=6, kernel=3, streams=3, channels=3, shared_streams=True, depth=3),
    Design(filters=4, channels=4),
    Design(filters=1, kernel=1, depth=1),
    Design(filters=4, output_relu=False),
]


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_net_is_the_average_of_its_inputs(design, tmp_path, rng):
    _, prototxt = prototxt_set.write(tmp_path, design, "unused")
    write_weights(tmp_path / "start.caffemodel", deploy(design), average_start(design))
    net = load(prototxt, tmp_path / "start.caffemodel")
    pictures = rng.random((design.streams, 2, design.channels, 19, 23), dtype=np.float32)
    fused = net.forward(**dict(zip(net.inputs, pictures)))["fused"]
    np.testing.assert_allclose(fused, pictures.mean(axis=0), atol=1e-6)


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_weights_are_float32_of_the_nets_shapes(design):
    weights = average_start(design)
    found = {name: [blob.shape for blob in blobs] for name, blobs in weights.items()}
    assert found == weight_shapes(deploy(design))
    assert {blob.dtype for blobs in weights.values() for blob in blobs} == {np.dtype(np.float32)}


def test_all_other_filters_are_random_by_their_inputs():
    """Msra: a variance of 2 by the numbers that go into one output."""
    weights = average_start(Design(filters=32))
    for name, inputs in (("conv1_a", 25), ("conv2_b", 32 * 25), ("fusion", 64)):
        filters, bias = weights[name]
        assert filters[1:].std() == pytest.approx(np.sqrt(2 / inputs), rel=0.1)
        assert not bias.any()
    deconv1 = weights["deconv1"][0]
    assert deconv1[:, 1:].std() == pytest.approx(np.sqrt(2 / (32 * 25)), rel=0.1)


def test_streams_are_separate_or_shared():
    separate, shared = (average_start(Design(filters=4, shared_streams=s)) for s in (False, True))
    for name in ("conv1", "conv2"):
        assert not np.array_equal(separate[f"{name}_a"][0], separate[f"{name}_b"][0])
        np.testing.assert_array_equal(shared[f"{name}_a"][0], shared[f"{name}_b"][0])


def test_seed_decides():
    first, again, other = (average_start(Design(filters=4), seed) for seed in (1, 1, 2))
    for name in first:
        np.testing.assert_array_equal(first[name][0], again[name][0])
    assert not np.array_equal(first["conv2_a"][0], other["conv2_a"][0])


@pytest.mark.parametrize("design", [Design(stride=5), Design(filters=2, channels=3)])
def test_net_that_cannot_carry_a_picture_is_refused(design):
    with pytest.raises(BadInput, match=r"stride 1 with a filter for each channel"):
        average_start(design)
