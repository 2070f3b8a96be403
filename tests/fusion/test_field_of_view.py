import numpy as np
import pytest
from small_nets import random_weights

from twostream.caffe_files.blobs import weight_shapes
from twostream.caffe_files.caffemodel import write_weights
from twostream.caffe_files.prototxt import read_net
from twostream.engines import load
from twostream.errors import BadInput
from twostream.fusion.field_of_view import field_of_view
from twostream.nets import generate
from twostream.nets.two_stream import Design, deploy

DESIGNS = [
    (Design(filters=4), 8, 1),
    (Design(filters=4, kernel=3), 4, 1),
    (Design(filters=4, kernel=9), 16, 1),
    (Design(filters=4, depth=3), 12, 1),
    (Design(filters=4, kernel=3, depth=1), 2, 1),
    (Design(filters=4, kernel=1), 0, 1),
    (Design(filters=4, streams=3, shared_streams=True), 8, 1),
    (Design(filters=4, stride=5), 0, 25),
    (Design(filters=4, stride=3, kernel=3, streams=3), 0, 9),
    (Design(filters=4, stride=3, kernel=3, depth=3), 0, 27),
]


@pytest.mark.parametrize(("design", "halo", "step"), DESIGNS, ids=str)
def test_a_pixel_changes_what_is_within_the_halo_and_nothing_else(
    tmp_path, rng, design, halo, step
):
    """In a net without zero weights, in which no ReLU hides a change."""
    assert field_of_view(deploy(design)) == (halo, step)
    _, prototxt = generate.write(tmp_path, design, "unused", 5 * design.step)
    weights = random_weights(design)
    weights = {name: [np.abs(a) + 0.01 for a in arrays] for name, arrays in weights.items()}
    write_weights(tmp_path / "net.caffemodel", deploy(design), weights)
    net = load(prototxt, tmp_path / "net.caffemodel")
    side = 3 * step if step > 1 else 2 * halo + 9
    blobs = {name: rng.random((1, 1, side, side), dtype=np.float32) for name in net.inputs}
    before = net.forward(**blobs)["fused"]
    for name in net.inputs:
        for row, column in ((side // 2, side // 2), (side // 2 - 1, side // 2 + 2)):
            changed = {**blobs, name: blobs[name].copy()}
            changed[name][0, 0, row, column] += 1e6
            seen = net.forward(**changed)["fused"][0, 0] != before[0, 0]
            np.testing.assert_array_equal(seen, near(row, column, side, halo, step))


def near(row, column, side, halo, step):
    """Output pixels within the halo of a pixel, in whole grid steps."""

    def reached(at):
        steps = np.arange(side) // step * step
        return (at >= steps - halo) & (at < steps + step + halo)

    return np.outer(reached(row), reached(column))


HALVING = """
layer { name: "data_a" type: "Input" top: "data_a" input_param { shape { dim: [1, 1, 8, 8] } } }
layer { name: "data_b" type: "Input" top: "data_b" input_param { shape { dim: [1, 1, 8, 8] } } }
layer { name: "concat" type: "Concat" bottom: "data_a" bottom: "data_b" top: "concat" }
layer { name: "half" type: "Convolution" bottom: "concat" top: "half" convolution_param {
  num_output: 2 kernel_size: 3 stride: 2 pad: 1 } }
layer { name: "full" type: "Deconvolution" bottom: "half" top: "fused" convolution_param {
  num_output: 1 kernel_size: 4 stride: 2 pad: 1 } }
"""


def test_halo_of_overlapping_strides_is_a_multiple_of_the_step(tmp_path, rng):
    """A step depends on three pixels above and two below it: the halo is two steps of 2."""
    (tmp_path / "deploy.prototxt").write_text(HALVING)
    net = read_net(tmp_path / "deploy.prototxt")
    halo, step = field_of_view(net)
    assert (halo, step) == (4, 2)
    ones = {name: [np.ones(shape) for shape in s] for name, s in weight_shapes(net).items()}
    write_weights(tmp_path / "net.caffemodel", net, ones)
    engine = load(tmp_path / "deploy.prototxt", tmp_path / "net.caffemodel")
    blobs = {name: rng.random((1, 1, 24, 24), dtype=np.float32) for name in engine.inputs}
    before = engine.forward(**blobs)["fused"]
    distances = set()
    for row in (11, 12):
        changed = {**blobs, "data_a": blobs["data_a"].copy()}
        changed["data_a"][0, 0, row, 12] += 1e6
        seen = (engine.forward(**changed)["fused"] != before)[0, 0]
        assert not (seen & ~near(row, 12, 24, halo, step)).any()
        rows = np.flatnonzero(seen.any(axis=1))
        distances |= {rows.min() // step * step - row, rows.max() // step * step - row}
    assert (min(distances), max(distances)) == (-3, 3)


UNEQUAL = """
layer { name: "data_a" type: "Input" top: "data_a" input_param { shape { dim: [1, 1, 8, 8] } } }
layer { name: "up" type: "Deconvolution" bottom: "data_a" top: "up" convolution_param {
  num_output: 2 kernel_size: 2 stride: 2 } }
layer { name: "mean" type: "Pooling" bottom: "up" top: "mean" pooling_param {
  pool: AVE kernel_h: 2 kernel_w: 6 pad_h: 0 pad_w: 2 stride: 2 } }
layer { name: "fused" type: "Convolution" bottom: "mean" top: "fused" convolution_param {
  num_output: 1 kernel_h: 5 kernel_w: 3 pad_h: 2 pad_w: 1 } }
"""


def test_halo_is_that_of_the_axis_that_needs_more(tmp_path):
    """Vertically the 5 rows of the Convolution see 2 pixels far, horizontally it is 1 + 1."""
    path = tmp_path / "deploy.prototxt"
    path.write_text(UNEQUAL)
    assert field_of_view(read_net(path)) == (2, 1)
    path.write_text(UNEQUAL.replace("6 pad_h: 0 pad_w: 2", "10 pad_h: 0 pad_w: 4"))
    assert field_of_view(read_net(path)) == (3, 1)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("Pooling", "pooling_param { global_pooling: true }"),
        ("Softmax", "softmax_param { axis: 2 }"),
        ("InnerProduct", "inner_product_param { num_output: 1 }"),
    ],
)
def test_layer_that_sees_the_whole_picture_is_bad_input(tmp_path, kind, settings):
    path = tmp_path / "deploy.prototxt"
    layer = f'layer {{ name: "all" type: "{kind}" bottom: "data_a" top: "fused" {settings} }}'
    path.write_text(UNEQUAL.splitlines()[1] + layer)
    with pytest.raises(BadInput, match=r"^The layer all sees the whole image, so its net"):
        field_of_view(read_net(path))
