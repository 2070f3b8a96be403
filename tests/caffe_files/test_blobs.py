import json
import re

import numpy as np
import pytest
from real_caffe import run_in_caffe
from refusal import assert_one_sentence
from small_nets import random_weights

from twostream.caffe_files import blobs, prototxt, sliding_window
from twostream.caffe_files.schema import NetParameter
from twostream.errors import BadInput
from twostream.nets.two_stream import Design, deploy

INPUT = 'layer { name: "in" type: "Input" top: "x" input_param { shape { dim: [1, 4, 30, 40] } } }'
SETTINGS = {
    "plain": "num_output: 6 kernel_size: 3",
    "no bias": "num_output: 6 kernel_size: 3 bias_term: false",
    "groups": "num_output: 6 kernel_size: 3 group: 2",
    "two sides": "num_output: 6 kernel_size: 3 kernel_size: 5 pad: 1 pad: 2 stride: 2 stride: 3",
    "h and w": "num_output: 6 kernel_h: 3 kernel_w: 5 pad_h: 1 pad_w: 2 stride_h: 2 stride_w: 3",
    "dilation": "num_output: 6 kernel_size: 3 dilation: 2",
}
POOLINGS = {
    "pool": "kernel_size: 2 stride: 2",
    "rounded up": "kernel_size: 3 stride: 2",
    "rounded down": "kernel_size: 3 stride: 2 round_mode: FLOOR",
    "padded": "pool: AVE kernel_size: 3 stride: 2 pad: 1",
    "last window in the padding": "kernel_size: 2 stride: 3 pad: 1",
    "pool h and w": "kernel_h: 3 kernel_w: 5 stride_h: 2 stride_w: 3",
    "global": "global_pooling: true",
}


def parsed(tmp_path, *layers):
    path = tmp_path / "net.prototxt"
    path.write_text("\n".join((INPUT, *layers)))
    return prototxt.read_net(path)


def layer_of(name, kind, bottoms, settings=""):
    bottoms = " ".join(f'bottom: "{bottom}"' for bottom in bottoms)
    return f'layer {{ name: "{name}" type: "{kind}" {bottoms} top: "{name}" {settings} }}'


def convolution(name, settings, kind="Convolution", bottom="x"):
    return layer_of(name, kind, [bottom], f"convolution_param {{ {settings} }}")


def inner_product(bottom, settings="num_output: 2"):
    param = f"inner_product_param {{ {settings} }}"
    return layer_of(f"{bottom} ip", "InnerProduct", [bottom], param)


@pytest.fixture
def every_setting(tmp_path):
    """A net with one layer per setting, each followed by an InnerProduct that shows its shape."""
    layers = {
        f"{kind} {name}": convolution(f"{kind} {name}", settings, kind)
        for kind in ("Convolution", "Deconvolution")
        for name, settings in SETTINGS.items()
    }
    for name, settings in POOLINGS.items():
        layers[name] = layer_of(name, "Pooling", ["x"], f"pooling_param {{ {settings} }}")
    for kind, bottoms in {"Sigmoid": "x", "Softmax": "x", "Eltwise": "xx"}.items():
        layers[kind] = layer_of(kind, kind, bottoms)
    last = inner_product("global ip", "num_output: 3 transpose: true bias_term: false")
    return parsed(tmp_path, *layers.values(), *map(inner_product, layers), last)


def test_shapes_of_the_papers_net():
    stream = {"conv1": [(64, 1, 5, 5), (64,)], "conv2": [(64, 64, 5, 5), (64,)]}
    assert blobs.weight_shapes(deploy(Design())) == {
        **{f"{name}_{letter}": shapes for name, shapes in stream.items() for letter in "ab"},
        "fusion": [(64, 128, 1, 1), (64,)],
        "deconv1": [(64, 64, 5, 5), (64,)],
        "deconv2": [(64, 1, 5, 5), (1,)],
    }
    assert blobs.weight_shapes(NetParameter()) == {}


@pytest.mark.caffe
def test_shapes_are_real_caffes(every_setting, tmp_path):
    said = run_in_caffe(
        "import caffe, json, sys\n"
        "params = caffe.Net(sys.argv[1], caffe.TEST).params\n"
        "print(json.dumps({name: [list(b.data.shape) for b in params[name]] for name in params}))",
        tmp_path / "net.prototxt",
    )
    ours = blobs.weight_shapes(every_setting)
    assert {name: [list(shape) for shape in ours[name]] for name in ours} == json.loads(said)


def test_sides_are_height_then_width(tmp_path):
    net = parsed(tmp_path, *(convolution(name, SETTINGS[name]) for name in SETTINGS))
    sides = [getattr(sliding_window, name) for name in ("kernel", "pad", "stride", "dilation")]
    found = {one.name: tuple(side(one) for side in sides) for one in net.layer if one.bottom}
    assert found["two sides"] == found["h and w"] == ((3, 5), (1, 2), (2, 3), (1, 1))
    assert found["plain"] == ((3, 3), (0, 0), (1, 1), (1, 1))
    assert found["dilation"] == ((3, 3), (0, 0), (1, 1), (2, 2))


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        (layer_of("norm", "LRN", "x"), "norm has a type that is not supported: 'LRN'"),
        ('layer { name: "bare" bottom: "x" }', "bare has a type that is not supported: ''"),
        (convolution("c", "num_output: 1 kernel_size: 3", bottom="y"), "c reads the blob y, which"),
        ('layer { name: "r" type: "ReLU" }', "r has no bottom blob"),
        (convolution("c", "num_output: 1"), "c has no usable kernel_size"),
        (
            convolution("c", "num_output: 1 kernel_h: 3 kernel_size: [1, 1, 1]"),
            "usable kernel_size",
        ),
        ('layer { name: "i" type: "Input" top: "i" }', "Input layer i needs one shape"),
        (
            layer_of("l", "EuclideanLoss", "xx")
            + inner_product("x", "num_output: 4")
            + layer_of("m", "EuclideanLoss", ["x", "x ip"]),
            "m compares unequal sides: 30x40 in x and none in x ip",
        ),
        (layer_of("l", "SoftmaxWithLoss", "xx"), "l needs one label for each place"),
        (layer_of("s", "SoftmaxWithLoss", "x"), "s needs two bottoms"),
        (inner_product("x", "num_output: 4 axis: 2"), "x ip has an axis other than 1"),
        (layer_of("c", "Concat", "x", "concat_param { axis: 2 }"), "c joins an axis other than"),
        ('layer { name: "i" type: "Input" input_param { shape { dim: 1 } } }', "of four sides"),
        (convolution("c", "num_output: 6 kernel_size: 3 group: 0"), "6 channels from 4 in 0 group"),
        (convolution("c", "num_output: 6 kernel_size: 3 group: 4"), "6 channels from 4 in 4 group"),
        (convolution("c", "num_output: 0 kernel_size: 3"), "0 channels from 4"),
        (convolution("c", "num_output: 6 kernel_size: 0"), "c has no usable kernel_size"),
        (convolution("c", "num_output: 6 kernel_size: 3 stride: 0"), "c has no usable stride"),
        (convolution("c", "num_output: 6 kernel_size: 3 pad: 99999"), "c has no usable pad"),
        (convolution("c", "num_output: 4294967295 kernel_size: 1"), "4294967295x30x40 numbers"),
        (
            convolution("c", "num_output: 6 kernel_size: 3") + layer_of("j", "Concat", "cx"),
            "j joins unequal sides: 28x38 and 30x40",
        ),
        ('layer { name: "i" type: "Input" bottom: "x" }', "Input layer i reads a blob"),
        (inner_product("x", "num_output: 1000000"), "1000000x4800 numbers"),
    ],
)
def test_bad_nets_are_one_sentence_that_names_file_and_layer(tmp_path, layer, sentence):
    net = parsed(tmp_path, layer)
    assert_one_sentence(
        lambda path: blobs.check_weights(net, {}, path, "some.caffemodel"),
        "some/net.prototxt",
        "some/net.prototxt: The ",
        sentence,
    )


def check(weights, design=None):
    net = deploy(design or Design(filters=3))
    blobs.check_weights(net, weights, "net.prototxt", "some.caffemodel")


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (Design(filters=4), "conv1_a needs blobs of 3x1x5x5 and 3, and there are 4x1x5x5 and 4."),
        (Design(filters=3, kernel=3), "3x1x5x5 and 3, and there are 3x1x3x3 and 3."),
        (Design(filters=3, channels=3), "3x1x5x5 and 3, and there are 3x3x5x5 and 3."),
        (Design(filters=3, streams=3), "fusion needs blobs of 3x6x1x1 and 3, and there are 3x9x1"),
    ],
)
def test_weights_of_another_net_are_refused(other, words):
    sentence = "^some.caffemodel does not fit net.prototxt: the layer .*" + re.escape(words)
    with pytest.raises(BadInput, match=sentence):
        check(random_weights(other))


def test_missing_layer_or_bias_is_refused():
    weights = random_weights(Design(filters=3))
    check(weights)
    check({**weights, "of another net": [np.zeros(3)]})
    with pytest.raises(BadInput, match=r"the layer conv3_a needs .*, and there are none\.$"):
        check(weights, Design(filters=3, depth=3))
    for count, there in ((1, "3x6x1x1"), (0, "none")):
        with pytest.raises(BadInput, match=rf"fusion needs .* and 3, and there are {there}\.$"):
            check(dict(weights, fusion=weights["fusion"][:count]))


def test_solver_learns_shared_blobs_once():
    separate = blobs.learned_shapes(deploy(Design(filters=3, kernel=3)))
    shared = blobs.learned_shapes(deploy(Design(filters=3, kernel=3, shared_streams=True)))
    stream = [(3, 1, 3, 3), (3,), (3, 3, 3, 3), (3,)]
    rest = [(3, 6, 1, 1), (3,), (3, 3, 3, 3), (3,), (3, 1, 3, 3), (1,)]
    assert separate == stream + stream + rest
    assert shared == stream + rest
