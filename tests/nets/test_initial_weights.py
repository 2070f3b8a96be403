import numpy as np
import pytest
from small_nets import random_weights

from twostream.caffe_files.caffemodel import write_weights
from twostream.engines import load
from twostream.errors import BadInput
from twostream.nets import generate
from twostream.nets.initial_weights import average_start, grown_start
from twostream.nets.two_stream import Design, deploy

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
    start = average_start(design)
    net = loaded(tmp_path, design, start)
    pictures = rng.random((design.streams, 2, design.channels, 19, 23), dtype=np.float32)
    fused = net.forward(**dict(zip(net.inputs, pictures)))["fused"]
    np.testing.assert_allclose(fused, pictures.mean(axis=0), atol=1e-6)
    assert {blob.dtype for blobs in start.values() for blob in blobs} == {np.dtype(np.float32)}


def test_all_other_filters_are_random_by_their_inputs():
    """Msra: the variance is 2 divided by the number of inputs of one output."""
    weights = average_start(Design(filters=32))
    for name, inputs in (("conv1_a", 25), ("conv2_b", 32 * 25), ("fusion", 64)):
        filters, bias = weights[name]
        assert filters[1:].std() == pytest.approx(np.sqrt(2 / inputs), rel=0.1)
        assert not bias.any()
    deconv1 = weights["deconv1"][0]
    assert deconv1[:, 1:].std() == pytest.approx(np.sqrt(2 / (32 * 25)), rel=0.1)
    for design in (Design(stride=5), Design(filters=2, channels=3)):
        with pytest.raises(BadInput, match=r"stride 1 with a filter for each channel"):
            average_start(design)


def test_streams_are_separate_or_shared_and_the_seed_decides():
    separate, shared = (average_start(Design(filters=4, shared_streams=s)) for s in (False, True))
    for name in ("conv1", "conv2"):
        assert not np.array_equal(separate[f"{name}_a"][0], separate[f"{name}_b"][0])
        np.testing.assert_array_equal(shared[f"{name}_a"][0], shared[f"{name}_b"][0])
    first, again, other = (average_start(Design(filters=4), seed) for seed in (1, 1, 2))
    for name in first:
        np.testing.assert_array_equal(first[name][0], again[name][0])
    assert not np.array_equal(first["conv2_a"][0], other["conv2_a"][0])


DEEP = {"kernel": 3, "depth": 3, "streams": 3}
GROWTHS = [
    (Design(filters=3, kernel=3), Design(filters=5, kernel=5)),
    (Design(filters=4, **DEEP), Design(filters=6, **DEEP)),
    (Design(filters=3, shared_streams=True), Design(filters=4, kernel=7, shared_streams=True)),
    (Design(filters=4, channels=3), Design(filters=4, channels=3)),
]


def loaded(folder, design, weights):
    """Load a design's net with weights, from files in a folder."""
    _, prototxt = generate.write(folder, design, "unused")
    write_weights(folder / "net.caffemodel", deploy(design), weights)
    return load(prototxt, folder / "net.caffemodel")


@pytest.mark.parametrize(("small", "design"), GROWTHS, ids=str)
def test_grown_net_does_what_the_small_one_does(small, design, tmp_path, rng):
    weights = random_weights(small)
    grown = loaded(tmp_path / "grown", design, grown_start(design, weights))
    nets = grown, loaded(tmp_path / "small", small, weights)
    pictures = rng.random((design.streams, 1, design.channels, 19, 23), dtype=np.float32)
    fused, expected = (net.forward(**dict(zip(net.inputs, pictures)))["fused"] for net in nets)
    assert expected.std() > 0
    np.testing.assert_allclose(fused, expected, atol=1e-5 * np.abs(expected).max())


def test_new_filters_of_a_grown_net_are_random():
    weights = grown_start(Design(filters=6), random_weights(Design(filters=4, kernel=3)))
    filters, bias = weights["conv2_a"]
    assert np.all(filters[4:] != 0)
    assert not bias[4:].any()
    assert not filters[:4, 4:].any()
    kinds = {"filters": 6}, {"filters": 4, "kernel": 7}, {"depth": 1}, {"streams": 3}
    for small in kinds:
        with pytest.raises(BadInput, match="A net can only grow"):
            grown_start(Design(filters=5), random_weights(Design(**small)))
